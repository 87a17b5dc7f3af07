// SPDX-License-Identifier: MIT
using System.Text;
using LbEngine.Admin.Doctor;
using LbEngine.Admin.Doctor.Examinations;
using LbEngine.Admin.Doctor.Findings;
using LbEngine.Backends;
using LbEngine.Tests.Admin.Doctor;
using LbEngine.Transport.Probes;

namespace LbEngine.Tests.Transport.Probes;

/// <summary>Answers as bytes, and what the health check and the doctor make of them in whatever pieces they come.</summary>
public sealed class HttpAnswerReaderTests
{
    public static TheoryData<HttpAnswerCase> Cases => [.. HttpAnswerCases.All];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Add_TheWholeAnswer_FindsThis(HttpAnswerCase one) => Assert.Equal(one.Expected, Find(one, one.Bytes.Length));

    [Theory]
    [MemberData(nameof(Cases))]
    public void Add_SplitAtEveryByte_FindsTheSame(HttpAnswerCase one)
    {
        string[] others = [.. Enumerable.Range(0, one.Bytes.Length).Select(at => Find(one, at)).Where(found => found != one.Expected)];

        Assert.Empty(others);
        Assert.Equal(one.Expected, FindByteByByte(one));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Judge_ByTheDoctor_AgreesWithTheHealthCheck(HttpAnswerCase one)
    {
        DoctorTarget target = DoctorTargets.Http with { ExpectBody = one.Body };

        HttpFinding finding = HttpExamination.Judge(target, one.Bytes, one.IsLast ? ReadEnd.Closed : ReadEnd.TimeOver, TimeSpan.FromSeconds(1));
        DiagnosisCause cause = Diagnostician.Diagnose(target, [finding]).Cause;

        Assert.Equal(HttpAnswerCases.DiagnosisOf(one), cause);
    }

    /// <summary>Whatever comes, in whatever pieces, is judged without an exception, the same in pieces as whole, and in bounded memory.</summary>
    [Fact]
    public void Add_RandomAnswers_EndAlwaysAndTheSameInPieces()
    {
        var random = new Random(1);
        string[] parts = ["HTTP/1.1 ", "200", "100", " ", "OK", "\r\n", "\n", "\r\n\r\n", "Transfer-Encoding: chunked", "Content-Length: ", "7", "ffffffff", "0", "well", "\0", "é"];
        int judged = 0;
        for (int i = 0; i < 20_000; i++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(30)).Select(_ => parts[random.Next(parts.Length)]));
            byte[] bytes = Encoding.UTF8.GetBytes(random.Next(3) == 0 ? text : $"HTTP/1.1 200 OK\r\n{text}");
            var one = new HttpAnswerCase("random", bytes, IsLast: random.Next(2) == 0, "well", "");

            string found = Find(one, bytes.Length);

            Assert.Equal(found, Find(one, random.Next(bytes.Length)));
            Assert.Equal(found, FindByteByByte(one));
            judged += found != HttpAnswerCases.Nothing ? 1 : 0;
        }

        Assert.True(judged > 1_000, "Hardly anything was judged.");
    }

    [Theory]
    [InlineData("HTTP/1.1 100 \r\n\r\n", "HTTP/1.1 100 \r\n\r\n", "headers without end")]
    [InlineData("HTTP/1.1 200 OK\r\n", "X: y\r\n", "headers without end")]
    [InlineData("HTTP/1.1 200 ", "OK", "headers without end")]
    [InlineData("HTTP/1.1 200 OK\r\n\r\n", "well, ", "the body lacks the expected text")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "1\r\nx\r\n", "the body lacks the expected text")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "0", "the body lacks the expected text")]
    public void Add_WithoutEnd_IsWrongAfter64KiBForTheTrueReason(string start, string more, string mistake)
    {
        var reader = new HttpAnswerReader("200-299", "all is fine");
        reader.Add(Encoding.ASCII.GetBytes(start));
        int pieces = 0;
        while (reader.Cause is null)
        {
            reader.Add(Encoding.ASCII.GetBytes(more));
            pieces++;
        }

        Assert.Equal((ProbeCause.WrongAnswer, mistake), (reader.Cause, reader.Mistake));
        Assert.InRange(pieces * more.Length, HttpAnswerReader.MaxBytes - start.Length, HttpAnswerReader.MaxBytes);
        Assert.True(reader.Body.Length <= HttpAnswerReader.MaxBytes, $"It kept {reader.Body.Length} bytes.");
    }

    [Fact]
    public void Location_OfARedirection_IsThatOfTheLastAnswer()
    {
        var reader = new HttpAnswerReader("200");
        reader.Add("HTTP/1.1 103 Early\r\nLocation: /early\r\n\r\nHTTP/1.1 302 Found it\r\nlocation:\t/there \r\nLocation: /other\r\n\r\n"u8);

        Assert.Equal((302, "Found it", "/there"), (reader.Status, reader.Reason, reader.Location));
    }

    [Theory]
    [InlineData("")]
    [InlineData("2xx")]
    [InlineData("600")]
    public void Create_StatusesThatAreNone_Throws(string statuses) => Assert.Throws<ArgumentException>(() => new HttpAnswerReader(statuses));

    private static string Find(HttpAnswerCase one, int at)
    {
        HttpAnswerReader reader = Expect(one);
        reader.Add(one.Bytes.AsSpan(0, at));
        reader.Add(one.Bytes.AsSpan(at));
        return End(one, reader);
    }

    private static string FindByteByByte(HttpAnswerCase one)
    {
        HttpAnswerReader reader = Expect(one);
        foreach (byte single in one.Bytes)
        {
            reader.Add([single]);
        }

        return End(one, reader);
    }

    private static HttpAnswerReader Expect(HttpAnswerCase one) => new("200-299", one.Body);

    private static string End(HttpAnswerCase one, HttpAnswerReader reader)
    {
        if (one.IsLast)
        {
            reader.End();
        }

        return reader.Cause is ProbeCause cause ? $"{cause} {reader.Status} {reader.Mistake}".TrimEnd() : HttpAnswerCases.Nothing;
    }
}

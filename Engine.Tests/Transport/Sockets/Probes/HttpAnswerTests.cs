// SPDX-License-Identifier: MIT
using System.Text;
using LbEngine.Backends;
using LbEngine.Configuration;
using LbEngine.Transport.Probes;
using LbEngine.Transport.Sockets.Probes;

namespace LbEngine.Tests.Transport.Sockets.Probes;

/// <summary>Answers as bytes, and what a check makes of them. In an answer, | stands for the end of a line.</summary>
public sealed class HttpAnswerTests
{
    private const string Nothing = "more has to come";

    [Theory]
    [InlineData("an expected status", "HTTP/1.1 204 No Content||", "Success 204")]
    [InlineData("HTTP/1.0 is as good", "HTTP/1.0 200 OK||", "Success 200")]
    [InlineData("a status without a reason", "HTTP/1.1 200||", "Success 200")]
    [InlineData("a status that is not expected", "HTTP/1.1 503 Busy|Retry-After: 1||", "WrongStatus 503")]
    [InlineData("an interim answer says nothing", "HTTP/1.1 100 Continue||", Nothing)]
    [InlineData("the answer after it counts", "HTTP/1.1 103 Early Hints|Link: x||HTTP/1.1 500 No||", "WrongStatus 500")]
    [InlineData("an upgrade is no interim answer", "HTTP/1.1 101 Switching||", "WrongStatus 101")]
    [InlineData("nothing yet", "", Nothing)]
    [InlineData("a beginning", "HTT", Nothing)]
    [InlineData("headers without their end", "HTTP/1.1 200 OK|A: b|", Nothing)]
    [InlineData("another protocol", "220 mail ready|", "WrongAnswer 0")]
    [InlineData("a status that is no number", "HTTP/1.1 2x0 OK||", "WrongAnswer 0")]
    [InlineData("a status of four digits", "HTTP/1.1 2000 OK||", "WrongAnswer 0")]
    [InlineData("no status at all", "HTTP/1.1 ||", "WrongAnswer 0")]
    [InlineData("another version", "HTTP/2.0 200 OK||", "WrongAnswer 0")]
    [InlineData("bytes of TLS", "\u0015\u0003\u0001", "WrongAnswer 0")]
    public void Judge_MoreMayCome_FindsThis(string sentence, string answer, string expected) => Check(sentence, answer, false, null, expected);

    [Theory]
    [InlineData("it ended without a word", "", "ClosedAfterConnect 0")]
    [InlineData("it ended in the headers", "HTTP/1.1 200 OK|A: b|", "ClosedAfterConnect 0")]
    [InlineData("it ended after an interim answer", "HTTP/1.1 100 Continue||", "ClosedAfterConnect 0")]
    public void Judge_NothingMoreComes_FindsThis(string sentence, string answer, string expected) => Check(sentence, answer, true, null, expected);

    [Theory]
    [InlineData("the text in the body", "HTTP/1.1 200 OK|Content-Length: 8||all well", "Success 200")]
    [InlineData("a complete body without it", "HTTP/1.1 200 OK|content-length:  5||wrong", "WrongAnswer 200")]
    [InlineData("a body that is not complete", "HTTP/1.1 200 OK|Content-Length: 50||wrong", Nothing)]
    [InlineData("a body of unknown length", "HTTP/1.1 200 OK||wrong", Nothing)]
    [InlineData("the text in a header is not the body", "HTTP/1.1 200 OK|X: all well|Content-Length: 0||", "WrongAnswer 200")]
    [InlineData("the text across two chunks", "HTTP/1.1 200 OK|Transfer-Encoding: Chunked||4;x=y|all |4|well|0||", "Success 200")]
    [InlineData("chunks without it", "HTTP/1.1 200 OK|Transfer-Encoding: chunked||3|all|0||", "WrongAnswer 200")]
    [InlineData("a chunk that is not complete", "HTTP/1.1 200 OK|Transfer-Encoding: chunked||FF|all", Nothing)]
    [InlineData("chunks that are none", "HTTP/1.1 200 OK|Transfer-Encoding: chunked||zz|all", "WrongAnswer 200")]
    [InlineData("a chunk of absurd length", "HTTP/1.1 200 OK|Transfer-Encoding: chunked||FFFFFFFF|all", Nothing)]
    [InlineData("the status comes first", "HTTP/1.1 500 No||all well", "WrongStatus 500")]
    public void Judge_ABodyIsExpected_FindsThis(string sentence, string answer, string expected) => Check(sentence, answer, false, "all well", expected);

    /// <summary>Whatever comes, in whatever pieces, is judged without an exception, and a judgement is never taken back for less.</summary>
    [Fact]
    public void Judge_RandomAnswers_EndsAlways()
    {
        var random = new Random(1);
        string[] parts = ["HTTP/1.1 ", "200", "100", " ", "OK", "\r\n", "\r\n\r\n", "Transfer-Encoding: chunked", "Content-Length: ", "7", "ffffffff", "0", "well", "\0", "é"];
        HealthCheck check = CheckFor("well");
        int judged = 0;

        for (int i = 0; i < 20_000; i++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(30)).Select(_ => parts[random.Next(parts.Length)]));
            byte[] bytes = Encoding.UTF8.GetBytes(random.Next(3) == 0 ? text : $"HTTP/1.1 200 OK\r\n{text}");
            for (int length = 0; length <= bytes.Length; length++)
            {
                judged += HttpAnswer.Judge(bytes.AsSpan(0, length), false, check) is not null ? 1 : 0;
            }

            Assert.NotNull(HttpAnswer.Judge(bytes, true, check) ?? (bytes.Length == 0 ? null : HttpAnswer.Judge(bytes, true, check)));
        }

        Assert.True(judged > 1_000, "Hardly anything was judged.");
    }

    [Fact]
    public void Judge_InterimAnswersWithoutEnd_EndsAsAWrongOne()
    {
        byte[] bytes = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("HTTP/1.1 100 \r\n\r\n", 1 + (HttpAnswer.MaxBytes / 17))));

        ProbeResult? result = HttpAnswer.Judge(bytes, true, CheckFor(null));

        Assert.False(result!.IsSuccess);
    }

    private static void Check(string sentence, string answer, bool isLast, string? body, string expected)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(answer.Replace("|", "\r\n", StringComparison.Ordinal));

        ProbeResult? result = HttpAnswer.Judge(bytes, isLast, CheckFor(body));

        string found = result is null ? Nothing : $"{result.Cause} {result.Status}";
        Assert.True(expected == found, $"{sentence}: {found} {result?.Detail}");
    }

    private static HealthCheck CheckFor(string? body) => new(new HealthOptions { Type = HealthCheckType.Http, ExpectBody = body });
}

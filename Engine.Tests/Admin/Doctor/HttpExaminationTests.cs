// SPDX-License-Identifier: MIT
using System.Text;
using LbEngine.Admin.Doctor;
using LbEngine.Admin.Doctor.Examinations;
using LbEngine.Admin.Doctor.Findings;

namespace LbEngine.Tests.Admin.Doctor;

public class HttpExaminationTests
{
    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\n\r\n", "Enough", "Answered", 200)]
    [InlineData("HTTP/1.0 404\r\n\r\n", "Closed", "Answered", 404)]
    [InlineData("HTTP/1.1 200 OK\r\nA: b\r\n", "TimeOver", "Incomplete", 0)]
    [InlineData("HTTP/1.1 200 OK\r\nA: b\r\n", "Closed", "Closed", 0)]
    [InlineData("HTTP/1.1 20", "Reset", "Reset", 0)]
    [InlineData("", "TimeOver", "Silent", 0)]
    [InlineData("", "Closed", "Closed", 0)]
    [InlineData("SSH-2.0-OpenSSH\r\n", "Enough", "Foreign", 0)]
    [InlineData("HTTP/1.1 abc\r\n\r\n", "Closed", "Broken", 0)]
    public void Judge_Bytes_TellsTheOutcome(string text, string end, string outcome, int status)
    {
        HttpFinding finding = HttpExamination.Judge(DoctorTargets.Http, Encoding.Latin1.GetBytes(text), Enum.Parse<ReadEnd>(end), TimeSpan.Zero);

        Assert.Equal((outcome, status), (finding.Outcome.ToString(), finding.Status));
    }

    [Fact]
    public void Judge_TlsAlert_HintsAtTlsAndShowsNoBinary()
    {
        HttpFinding finding = HttpExamination.Judge(DoctorTargets.Http, [0x15, 0x03, 0x01, 0x00, 0x02, 0x02, 0x46], ReadEnd.Closed, TimeSpan.Zero);

        Assert.Equal((AnswerOutcome.Foreign, true, ""), (finding.Outcome, finding.HintsAtTls, finding.Preview));
    }

    [Fact]
    public void Judge_EscapesInTheAnswer_NeverReachTheTerminal()
    {
        HttpFinding finding = HttpExamination.Judge(DoctorTargets.Http, "HTTP/1.1 500 \u001b[31mred\r\nLocation: \u001b]0;x\u0007\r\n\r\n"u8, ReadEnd.Enough, TimeSpan.Zero);

        Assert.Equal(500, finding.Status);
        Assert.DoesNotContain(string.Join('\n', finding.Evidence), character => char.IsControl(character) && character != '\n');
    }

    [Theory]
    [InlineData("ready", true)]
    [InlineData("absent", false)]
    public void Judge_ExpectedBody_IsLookedForInTheBodyOnly(string expected, bool isThere)
    {
        DoctorTarget target = DoctorTargets.Http with { ExpectBody = expected };

        HttpFinding finding = HttpExamination.Judge(target, "HTTP/1.1 200 OK\r\nX: absent\r\n\r\nall ready"u8, ReadEnd.Closed, TimeSpan.Zero);

        Assert.Equal(isThere, finding.HasExpectedBody);
    }

    [Fact]
    public void Curl_NameAndTls_GoesToTheSameAddressWithTheName()
    {
        DoctorTarget target = DoctorTargets.Https with { Path = "/a b'c" };

        string command = HttpCommand.Curl(target);

        Assert.Equal(@"curl -v --max-time 6 --resolve example.org:80:192.0.2.1 'https://example.org:80/a b'\''c'", command);
    }
}

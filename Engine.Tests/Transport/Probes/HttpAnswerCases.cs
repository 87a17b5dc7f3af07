// SPDX-License-Identifier: MIT
using System.Text;
using LbEngine.Admin.Doctor;

namespace LbEngine.Tests.Transport.Probes;

/// <summary>Answers that a backend may give. In an answer, | stands for the end of a line, and / for LF alone.</summary>
internal static class HttpAnswerCases
{
    public const string Nothing = "more has to come";

    private const string NoText = "the body lacks the expected text";
    private const string NoStatus = "no status of three digits";
    private const string NoHttp = "not HTTP/1.1";

    public static IReadOnlyList<HttpAnswerCase> All { get; } =
    [
        Open("an expected status", "HTTP.1 204 No Content||", "Success 204"),
        Open("HTTP/1.0 is as good", "HTTP.0 200 OK||", "Success 200"),
        Open("a status without a reason", "HTTP.1 200||", "Success 200"),
        Open("a status that is not expected", "HTTP.1 503 Busy|Retry-After: 1||", "WrongStatus 503"),
        Open("bare LF line ends", "HTTP.1 200 OK/Server: x//", "Success 200"),
        Open("line ends of both kinds", "HTTP.1 200 OK/Server: x|/", "Success 200"),
        Open("a bare LF answer with a wrong status", "HTTP.1 500 No//", "WrongStatus 500"),
        Open("an interim answer says nothing", "HTTP.1 100 Continue||", Nothing),
        Open("the answer after it counts", "HTTP.1 103 Early Hints|Link: x||HTTP.1 500 No||", "WrongStatus 500"),
        Open("an upgrade is no interim answer", "HTTP.1 101 Switching||", "WrongStatus 101"),
        Open("nothing yet", "", Nothing),
        Open("a beginning", "HTT", Nothing),
        Open("headers without their end", "HTTP.1 200 OK|A: b|", Nothing),
        Open("another protocol", "220 mail ready|", $"WrongAnswer 0 {NoHttp}"),
        Open("another protocol without a line end", "SSH", $"WrongAnswer 0 {NoHttp}"),
        Open("a status that is no number", "HTTP.1 2x0 OK||", $"WrongAnswer 0 {NoStatus}"),
        Open("a status below zero", "HTTP.1 -20 OK||", $"WrongAnswer 0 {NoStatus}"),
        Open("a status with a sign", "HTTP.1 +20 OK||", $"WrongAnswer 0 {NoStatus}"),
        Open("a status of four digits", "HTTP.1 2000 OK||", $"WrongAnswer 0 {NoStatus}"),
        Open("a status of two digits", "HTTP.1 20||", $"WrongAnswer 0 {NoStatus}"),
        Open("no status at all", "HTTP.1 ||", $"WrongAnswer 0 {NoStatus}"),
        Open("a status below all", "HTTP.1 099 What||", "WrongStatus 99"),
        Open("another version", "HTTP/2.0 200 OK||", $"WrongAnswer 0 {NoHttp}"),
        Open("no version", "HTTP||", $"WrongAnswer 0 {NoHttp}"),
        Open("an alert of TLS", "\u0015\u0003\u0001", "WrongAnswer 0 TLS; write tls: true"),
        Open("a handshake of TLS", "\u0016\u0003\u0001", "WrongAnswer 0 TLS; write tls: true"),
        Open("nearly TLS", "\u0016\u0004\u0001", $"WrongAnswer 0 {NoHttp}"),

        Closed("it ended without a word", "", "ClosedAfterConnect 0"),
        Closed("it ended in the status", "HTTP.1 20", "ClosedAfterConnect 0"),
        Closed("it ended in the headers", "HTTP.1 200 OK|A: b|", "ClosedAfterConnect 0"),
        Closed("it ended in a header", "HTTP.1 200 OK|A: b", "ClosedAfterConnect 0"),
        Closed("it ended after an interim answer", "HTTP.1 100 Continue||", "ClosedAfterConnect 0"),
        Closed("half a record of TLS", "\u0016", $"WrongAnswer 0 {NoHttp}"),

        WithBody("the text in the body", "HTTP.1 200 OK|Content-Length: 8||all well", "Success 200"),
        WithBody("the text behind bare LF", "HTTP.1 200 OK/Content-Length: 8//all well", "Success 200"),
        WithBody("a complete body without it", "HTTP.1 200 OK|content-length:  5||wrong", $"WrongAnswer 200 {NoText}"),
        WithBody("the text behind the end of the body", "HTTP.1 200 OK|Content-Length: 5||wrongall well", $"WrongAnswer 200 {NoText}"),
        WithBody("a body that is not complete", "HTTP.1 200 OK|Content-Length: 50||wrong", Nothing),
        WithBody("a body of unknown length", "HTTP.1 200 OK||wrong", Nothing),
        WithBody("a length that is none", "HTTP.1 200 OK|Content-Length: -5||wrong", Nothing),
        WithBody("the text in a header is not the body", "HTTP.1 200 OK|X: all well|Content-Length: 0||", $"WrongAnswer 200 {NoText}"),
        WithBody("an answer that has no body", "HTTP.1 204 No Content||", $"WrongAnswer 204 {NoText}"),
        WithBody("the text in one chunk", "HTTP.1 200 OK|Transfer-Encoding: chunked||8|all well|0||", "Success 200"),
        WithBody("the text across two chunks", "HTTP.1 200 OK|Transfer-Encoding: Chunked||4;x=y|all |4|well|0||", "Success 200"),
        WithBody("the text across chunks of one byte", "HTTP.1 200 OK|Transfer-Encoding: chunked||1|a|1|l|1|l|1| |1|w|1|e|1|l|1|l|", "Success 200"),
        WithBody("the sizes of chunks are not the body", "HTTP.1 200 OK|Transfer-Encoding: chunked||4|all |C|well, or not |0||", "Success 200"),
        WithBody("chunks with bare LF", "HTTP.1 200 OK/Transfer-Encoding: chunked//4/all /4/well/0//", "Success 200"),
        WithBody("chunked after another coding", "HTTP.1 200 OK|Transfer-Encoding: gzip, chunked||4|all |4|well|0||", "Success 200"),
        WithBody("chunks count before a length", "HTTP.1 200 OK|Content-Length: 3|Transfer-Encoding: chunked||4|all |4|well|0||", "Success 200"),
        WithBody("chunks without it", "HTTP.1 200 OK|Transfer-Encoding: chunked||3|all|0||", $"WrongAnswer 200 {NoText}"),
        WithBody("a chunk that is not complete", "HTTP.1 200 OK|Transfer-Encoding: chunked||FF|all", Nothing),
        WithBody("chunks that are none", "HTTP.1 200 OK|Transfer-Encoding: chunked||zz|all", "WrongAnswer 200 its chunks are none"),
        WithBody("a chunk longer than it says", "HTTP.1 200 OK|Transfer-Encoding: chunked||3|all well|0||", "WrongAnswer 200 its chunks are none"),
        WithBody("a chunk of absurd length", "HTTP.1 200 OK|Transfer-Encoding: chunked||FFFFFFFF|all", Nothing),
        WithBody("a chunk of impossible length", "HTTP.1 200 OK|Transfer-Encoding: chunked||FFFFFFFFFFFFFFFFF|all", "WrongAnswer 200 its chunks are none"),
        WithBody("the status comes first", "HTTP.1 500 No||all well", "WrongStatus 500"),
        WithBody("headers of an interim answer do not count", "HTTP.1 103 Early|Content-Length: 2||HTTP.1 200 OK||all well", "Success 200"),
        WithBody("a body up to the end, with it", "HTTP.1 200 OK||all is not, but all well", "Success 200"),

        ClosedWithBody("a body up to the end, without it", "HTTP.1 200 OK||wrong", $"WrongAnswer 200 {NoText}"),
        ClosedWithBody("a chunk that was cut", "HTTP.1 200 OK|Transfer-Encoding: chunked||FF|all", $"WrongAnswer 200 {NoText}"),
    ];

    /// <summary>What the doctor has to say of it.</summary>
    public static DiagnosisCause DiagnosisOf(HttpAnswerCase one) => one.Expected.Split(' ')[0] switch
    {
        "Success" => DiagnosisCause.Healthy,
        "WrongStatus" => DiagnosisCause.WrongStatus,
        "ClosedAfterConnect" => DiagnosisCause.ClosedAfterConnect,
        "WrongAnswer" when one.Expected.Contains("TLS", StringComparison.Ordinal) => DiagnosisCause.SpeaksTls,
        "WrongAnswer" => DiagnosisCause.WrongAnswer,
        _ => one.Bytes.Length == 0 ? DiagnosisCause.Silent : DiagnosisCause.SlowAnswer,
    };

    private static HttpAnswerCase Open(string sentence, string answer, string expected) => new(sentence, Bytes(answer), false, null, expected);

    private static HttpAnswerCase Closed(string sentence, string answer, string expected) => new(sentence, Bytes(answer), true, null, expected);

    private static HttpAnswerCase WithBody(string sentence, string answer, string expected) => new(sentence, Bytes(answer), false, "all well", expected);

    private static HttpAnswerCase ClosedWithBody(string sentence, string answer, string expected) =>
        new(sentence, Bytes(answer), true, "all well", expected);

    // The slash of the version is no line end.
    private static byte[] Bytes(string answer) => Encoding.Latin1.GetBytes(answer
        .Replace("HTTP/2.0", "HTTP\v2.0", StringComparison.Ordinal)
        .Replace("|", "\r\n", StringComparison.Ordinal)
        .Replace('/', '\n')
        .Replace("HTTP.", "HTTP/1.", StringComparison.Ordinal)
        .Replace('\v', '/'));
}

// SPDX-License-Identifier: MIT
using System.Globalization;
using LbEngine.Admin.Doctor.Findings;

namespace LbEngine.Admin.Doctor.Rules;

/// <summary>What is wrong with an HTTP answer.</summary>
internal static class HttpRules
{
    /// <summary>Null when it is as the check wants.</summary>
    public static Verdict? Judge(DoctorTarget target, FindingSet seen)
    {
        if (seen.Http is not HttpFinding http)
        {
            return null;
        }

        string time = $"{Figures.Time(http.Elapsed)}, the time-out is {Figures.Time(http.Timeout)}";
        return http.Outcome switch
        {
            AnswerOutcome.Silent => WaitRules.Silent(target, seen, "answers no request"),
            AnswerOutcome.Reset => new Verdict(
                DiagnosisCause.ResetAfterConnect,
                "the backend takes the connection and resets it before it answers: the program crashes, or refuses this address",
                Steps.Curl(target),
                Steps.Logs(seen)),
            AnswerOutcome.Closed => new Verdict(
                DiagnosisCause.ClosedAfterConnect,
                "the backend takes the request and closes the connection before it answers",
                Steps.Curl(target),
                Steps.Logs(seen)),
            AnswerOutcome.Incomplete => new Verdict(
                DiagnosisCause.SlowAnswer,
                $"the answer begins but is not complete after {time}",
                Steps.Curl(target),
                Steps.Load(seen),
                Steps.Logs(seen)),
            AnswerOutcome.Foreign => new Verdict(
                DiagnosisCause.WrongAnswer,
                $"port {target.EndPoint.Port} answers, but not with HTTP: another program has this port, or the check should be tcp",
                Steps.Listeners(target, seen)),
            AnswerOutcome.Broken => new Verdict(
                DiagnosisCause.WrongAnswer,
                $"the answer breaks the rules of HTTP ({http.Mistake}): the program has a fault, or another one has this port",
                Steps.Curl(target),
                Steps.Listeners(target, seen)),
            _ when !target.ExpectStatus.Contains(http.Status) => WrongStatus(target, seen, http),
            _ when !http.HasExpectedBody => new Verdict(
                DiagnosisCause.WrongAnswer,
                $"the answer does not contain '{Figures.Preview(target.ExpectBody ?? "")}'",
                Steps.Curl(target),
                Steps.Logs(seen)),
            _ when http.IsSlow => new Verdict(
                DiagnosisCause.SlowAnswer,
                $"the answer is right, but takes {time}: the backend is overloaded, or the checked page does too much",
                Steps.Load(seen),
                Steps.Curl(target),
                Steps.Logs(seen)),
            _ => null,
        };
    }

    private static Verdict WrongStatus(DoctorTarget target, FindingSet seen, HttpFinding http)
    {
        string meaning = http.Status switch
        {
            400 => "it does not take this request: does it want another Host header?",
            401 or 403 => "the page wants a login, or refuses this address: check a page that is open",
            404 => "there is no such page: is the path, or the Host header, right?",
            >= 300 and < 400 => "it redirects: check the page it leads to, or expect this status",
            502 or 504 => "what stands behind this backend fails",
            503 or 429 => "it is overloaded, or in maintenance",
            >= 500 => "the program fails",
            _ => "another status than the check wants",
        };
        string status = http.Status.ToString(CultureInfo.InvariantCulture);
        return new Verdict(
            DiagnosisCause.WrongStatus,
            $"{target.Path} answers {status}, not {target.ExpectStatus.Text}: {meaning}",
            http.Status >= 500 ? [Steps.Logs(seen), Steps.Curl(target)] : [Steps.Curl(target), Steps.Logs(seen)]);
    }
}

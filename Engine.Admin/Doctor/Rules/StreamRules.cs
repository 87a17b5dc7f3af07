// SPDX-License-Identifier: MIT
using LbEngine.Admin.Doctor.Findings;

namespace LbEngine.Admin.Doctor.Rules;

/// <summary>What is wrong with a connection of which no HTTP is asked.</summary>
internal static class StreamRules
{
    public static Verdict Reset(DoctorTarget target, FindingSet seen) => new(
        DiagnosisCause.ResetAfterConnect,
        "the backend takes the connection and resets it: the program crashes, refuses this address, or takes no more clients",
        Steps.Logs(seen),
        Steps.Capture(target, seen));

    /// <summary>Null when it is as the check wants.</summary>
    public static Verdict? Judge(DoctorTarget target, FindingSet seen)
    {
        if (seen.Stream is not StreamFinding stream)
        {
            return null;
        }

        return stream.Outcome switch
        {
            AnswerOutcome.Reset => Reset(target, seen),
            AnswerOutcome.Closed => new Verdict(
                DiagnosisCause.ClosedAfterConnect,
                "the backend takes the connection and closes it at once: the program refuses this address, takes no more clients, or expects another protocol",
                Steps.Logs(seen),
                Steps.Capture(target, seen)),
            AnswerOutcome.Silent when target.Expect is not null => WaitRules.Silent(target, seen, "sends no answer"),
            _ when !stream.IsExpected => new Verdict(
                DiagnosisCause.WrongAnswer,
                "the backend answers, but not what the check expects: another program has this port, or the check is wrong",
                Steps.Listeners(target, seen)),
            _ when target.Expect is not null && stream.Elapsed > stream.Timeout => new Verdict(
                DiagnosisCause.SlowAnswer,
                $"the answer is right, but takes {Figures.Time(stream.Elapsed)}; the time-out is {Figures.Time(stream.Timeout)}",
                Steps.Load(seen),
                Steps.Logs(seen)),
            _ => null,
        };
    }
}

// SPDX-License-Identifier: MIT
using LbEngine.Admin.Doctor.Findings;

namespace LbEngine.Admin.Doctor.Rules;

/// <summary>Nothing is wrong with what came over the wire: what is left to say.</summary>
internal static class HealthyRules
{
    public static Verdict Judge(DoctorTarget target, FindingSet seen)
    {
        if (seen.IsAllPaused)
        {
            return WaitRules.Paused(seen.Paused[0], seen);
        }

        string explanation = Describe(target, seen);
        if (target.View?.TakesNoTraffic is not string reason)
        {
            return new Verdict(DiagnosisCause.Healthy, explanation);
        }

        NextStep step = target.View.Backend.State == "ready"
            ? new NextStep("lb backends", true, "whether the balancer has seen it come back")
            : new NextStep($"lb ready {HttpCommand.Quote($"{target.Pool}/{target.Backend}")}", true, "gives it traffic again");
        return new Verdict(DiagnosisCause.Healthy, $"{explanation}; it takes no new traffic because {reason}", step);
    }

    private static string Describe(DoctorTarget target, FindingSet seen)
    {
        string limit = $"the time-out is {Figures.Time(target.Timeout)}";
        return seen switch
        {
            { Datagram: { Outcome: DatagramOutcome.Silent } } =>
                "no ICMP says that it is down, and it need not answer: give --send and --expect for a certain answer",
            { Datagram: DatagramFinding datagram } => $"answers after {Figures.Time(datagram.Elapsed)}; {limit}",
            { Http: HttpFinding http } => $"answers {http.Status} after {Figures.Time(http.Elapsed)}; {limit}",
            { Stream: { Outcome: AnswerOutcome.Answered } stream } when target.Expect is not null =>
                $"answers as expected after {Figures.Time(stream.Elapsed)}; {limit}",
            { Connect: ConnectFinding connect } => $"takes connections after {Figures.Time(connect.Elapsed)}; {limit}",
            _ => "answers",
        };
    }
}

// SPDX-License-Identifier: MIT
using LbEngine.Admin.Doctor.Findings;

namespace LbEngine.Admin.Doctor.Rules;

/// <summary>Why an open connection stays without an answer.</summary>
internal static class WaitRules
{
    /// <param name="target">What was asked.</param>
    /// <param name="seen">What was seen.</param>
    /// <param name="complaint">What the backend does not do, such as "answers no request".</param>
    public static Verdict Silent(DoctorTarget target, FindingSet seen, string complaint)
    {
        NextStep[] next = [Steps.Backlog(target, seen), Steps.Load(seen), Steps.Logs(seen)];
        if (seen.Paused is [SocketOwner owner, ..])
        {
            return Paused(owner, seen);
        }

        return new Verdict(
            DiagnosisCause.Silent,
            $"the kernel of {target.EndPoint.Address} opens the connection, but the program {complaint} "
            + $"within {Figures.Time(target.Patience)}: it hangs, is paused, or is overloaded",
            next);
    }

    public static Verdict Paused(SocketOwner owner, FindingSet seen) => new(
        DiagnosisCause.ProcessPaused,
        $"{owner.Describe()} does nothing until it is let go on; its kernel still opens connections",
        Steps.Continue(owner, seen),
        Steps.Logs(seen));
}

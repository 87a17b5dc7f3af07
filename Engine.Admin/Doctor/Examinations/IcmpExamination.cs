// SPDX-License-Identifier: MIT
using System.Net.Sockets;
using LbEngine.Admin.Doctor.Findings;

namespace LbEngine.Admin.Doctor.Examinations;

/// <summary>Tells a refusal by the host (RST) from one by a firewall (ICMP): connect(2) reports both alike, the kernel's counter does not.</summary>
internal static class IcmpExamination
{
    private const int Attempts = 2;

    // Who answers by ICMP answers soon; without a limit of its own an attempt may wait for ARP, 3 s each time.
    private static readonly TimeSpan MostPatience = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan LeastQuiet = TimeSpan.FromMilliseconds(30);

    /// <summary>Null when it cannot be told: no counter, or other traffic of this host moves it as well.</summary>
    public static async Task<IcmpFinding?> RunAsync(DoctorTarget target, CancellationToken cancellationToken)
    {
        AddressFamily family = target.EndPoint.AddressFamily;
        TimeSpan limit = target.Timeout < MostPatience ? target.Timeout : MostPatience;
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            long start = TimeProvider.System.GetTimestamp();
            long? before = IcmpCounter.Read(family);
            (_, Socket? socket) = await ConnectExamination.OpenAsync(target.EndPoint, limit, limit, cancellationToken).ConfigureAwait(false);
            socket?.Dispose();
            long? after = IcmpCounter.Read(family);
            if (before is null || after is null)
            {
                return null;
            }

            if (after == before)
            {
                return new IcmpFinding(false, attempt + 1);
            }

            // As long as nothing is sent, nothing may come: otherwise the count is that of somebody else.
            TimeSpan elapsed = TimeProvider.System.GetElapsedTime(start);
            await Task.Delay(elapsed > LeastQuiet ? elapsed : LeastQuiet, TimeProvider.System, cancellationToken).ConfigureAwait(false);
            if (IcmpCounter.Read(family) != after)
            {
                return null;
            }
        }

        return new IcmpFinding(true, Attempts);
    }
}

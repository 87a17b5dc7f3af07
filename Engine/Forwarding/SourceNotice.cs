// SPDX-License-Identifier: MIT
using LbEngine.Backends;
using LbEngine.Observability;
using Microsoft.Extensions.Logging;

namespace LbEngine.Forwarding;

/// <summary>Counts connects that a source address could not make, and says so once a minute. Any thread.</summary>
internal sealed class SourceNotice(ILogger logger)
{
    private const long QuietMilliseconds = 60_000;

    private readonly Silence _silence = new();

    public void Note(Backend backend, in SourceChoice source, SourceProblem problem, long nowMilliseconds)
    {
        if (source is { IsForeign: true, EndPoint.Port: not 0 })
        {
            // The client's own port is taken towards this backend, or one that takes a right of its own: it is shown with another one, if that can be.
            return;
        }

        backend.CountSourceFailure();
        if (_silence.TryBreak(nowMilliseconds, QuietMilliseconds))
        {
            EngineLog.SourceFailed(logger, backend.Pool.Name, backend.Name, source.EndPoint.Address.ToIPAddress(), Describe(problem));
        }
    }

    private static string Describe(SourceProblem problem) => problem switch
    {
        SourceProblem.NotHere => "this host has no such address",
        SourceProblem.NoWay => "there is no way from it to that backend",
        SourceProblem.NotAllowed => "an address that is not this host's takes CAP_NET_ADMIN",
        _ => "it has no free port towards that backend; widen net.ipv4.ip_local_port_range, or add source addresses",
    };
}

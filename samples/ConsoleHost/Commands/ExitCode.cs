// SPDX-License-Identifier: MIT
namespace LbEngine.ConsoleHost.Commands;

/// <summary>What <c>lb</c> tells the shell.</summary>
internal static class ExitCode
{
    /// <summary>Everything went as asked.</summary>
    public const int Success = 0;

    /// <summary>A mistake in the configuration or the command line, an address that is taken, or a request that the balancer refused.</summary>
    public const int Failure = 1;

    /// <summary>No balancer answers at the admin address.</summary>
    public const int Unreachable = 2;

    /// <summary><c>lb drain --wait</c>: connections were left when the time was over. They live on.</summary>
    public const int Unfinished = 3;

    /// <summary><c>lb status</c>: the balancer answers, but it does not run, or a pool has no backend that takes new traffic.</summary>
    public const int Degraded = 4;

    /// <summary>A second signal ended the drain.</summary>
    public const int Interrupted = 130;
}

// SPDX-License-Identifier: MIT
namespace LbEngine.ConsoleHost.Commands;

/// <summary>What <c>lb</c> tells the shell.</summary>
internal static class ExitCode
{
    /// <summary>Everything went as asked.</summary>
    public const int Success = 0;

    /// <summary>A mistake in the configuration or the command line, or an address that is taken.</summary>
    public const int Failure = 1;

    /// <summary>A second signal ended the drain.</summary>
    public const int Interrupted = 130;
}

// SPDX-License-Identifier: MIT
using LbEngine.Benchmarks.Commands;
using LbEngine.Benchmarks.Versus.Tools;

namespace LbEngine.Benchmarks.Versus.Contenders;

/// <summary>
/// The contender of <c>--bare</c>: a C program with the engine's system calls and next to nothing else. It is no peer, since nobody could use it;
/// it shows what the kernel alone costs, so how much of a row can still be won.
/// </summary>
internal static class BareRelay
{
    private const string Source = "bare-relay.c";

    /// <summary>Compiles it into a directory and returns the contender.</summary>
    public static Contender Define(string compiler, string directory, EntrancePorts own, EntrancePorts backends)
    {
        string source = Path.Combine(AppContext.BaseDirectory, nameof(Versus), nameof(BareRelay), Source);
        string program = Path.Combine(directory, "bare-relay");
        ToolRun compiled = ToolRun.Run(compiler, ["-O2", "-o", program, source]);
        if (compiled.ExitCode != 0)
        {
            throw new CannotRunException(
                $"{compiler} could not compile {Source}. On Debian it needs: apt-get install -y gcc libc6-dev. "
                + $"It said: {compiled.Text.Trim()}");
        }

        string[] arguments =
        [
            "tcp", $"{own.Web}", $"{backends.Web}", $"{backends.SecondWeb}",
            "tcp", $"{own.Ping}", $"{backends.Ping}", $"{backends.Ping}",
            "udp", $"{own.Datagrams}", $"{backends.Datagrams}", $"{backends.SecondDatagrams}",
        ];
        return new Contender(
            Contender.Bare,
            ContenderRole.Bare,
            own,
            true,
            program,
            arguments,
            Path.Combine(directory, "bare-relay.txt"),
            $"cc -O2 -o bare-relay {Source}");
    }
}

// SPDX-License-Identifier: MIT
using System.Globalization;

namespace LbEngine.Benchmarks.Soak.Judgement;

/// <summary>What a process holds, as the kernel says it.</summary>
/// <param name="Sockets">Open sockets.</param>
/// <param name="Pipes">Open ends of pipes.</param>
/// <param name="Others">Everything else that has a descriptor, but for assemblies, which the runtime opens as it needs them.</param>
/// <param name="Threads">Its threads.</param>
/// <param name="PrivateBytes">Its own memory that is resident.</param>
internal sealed record Snapshot(int Sockets, int Pipes, int Others, int Threads, long PrivateBytes)
{
    public static Snapshot Of(int process)
    {
        string[] targets = [.. Directory.GetFiles($"/proc/{process}/fd").Select(ReadLink)];
        int sockets = targets.Count(target => target.StartsWith("socket:", StringComparison.Ordinal));
        int pipes = targets.Count(target => target.StartsWith("pipe:", StringComparison.Ordinal));
        int threads = Directory.GetDirectories($"/proc/{process}/task").Length;
        string line = File.ReadLines($"/proc/{process}/status").First(one => one.StartsWith("RssAnon:", StringComparison.Ordinal));
        long kilobytes = long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
        int mapped = targets.Count(target => target.EndsWith(".dll", StringComparison.Ordinal));
        return new Snapshot(sockets, pipes, targets.Length - sockets - pipes - mapped, threads, kilobytes * 1024);
    }

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Sockets} sockets, {Pipes} pipe ends, {Others} others, {Threads} threads, {PrivateBytes >> 20} MiB");

    private static string ReadLink(string file)
    {
        try
        {
            return new FileInfo(file).LinkTarget ?? "";
        }
        catch (IOException)
        {
            // Closed between the listing and the look.
            return "";
        }
    }
}

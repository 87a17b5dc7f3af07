// SPDX-License-Identifier: MIT
using System.Net;
using System.Text;
using LbEngine.Backends;
using LbEngine.Inspection;
using LbEngine.Tables;

namespace LbEngine.Tests.Harness.Balancing;

/// <summary>
/// Reads a line such as <c>to:other\n</c> or <c>to:other@198.51.100.9:5000\n</c>: the pool, and perhaps who the client really is.
/// Anything else is refused.
/// </summary>
/// <param name="find">Finds a pool by its name; null when there is none.</param>
/// <param name="skips">False: the line is part of the stream and goes to the backend too.</param>
internal sealed class HeaderInspection(Func<string, BackendPool?> find, bool skips = true) : IInspection
{
    public const string Prefix = "to:";

    private int _mostSeen;

    public int MaxBytes => 64;

    /// <summary>The most bytes that it was ever shown at once.</summary>
    public int MostSeen => Volatile.Read(ref _mostSeen);

    public static byte[] Line(string pool, string client = "") => Encoding.ASCII.GetBytes($"{Prefix}{pool}{(client.Length > 0 ? "@" : "")}{client}\n");

    public InspectionResult Inspect(ReadOnlySpan<byte> bytes, EndPointKey peer)
    {
        InterlockedMax(bytes.Length);
        string text = Encoding.ASCII.GetString(bytes);
        if (!text.StartsWith(Prefix[..Math.Min(Prefix.Length, text.Length)], StringComparison.Ordinal))
        {
            return InspectionResult.Rejected;
        }

        int end = text.IndexOf('\n', StringComparison.Ordinal);
        if (end < 0)
        {
            return InspectionResult.NeedsMore;
        }

        string[] words = text[Prefix.Length..end].Split('@');
        EndPointKey? client = words.Length > 1 ? EndPointKey.From(IPEndPoint.Parse(words[1])) : null;
        return find(words[0]) is BackendPool pool ? InspectionResult.Choose(pool, client, skips ? end + 1 : 0) : InspectionResult.Rejected;
    }

    private void InterlockedMax(int seen)
    {
        int before = Volatile.Read(ref _mostSeen);
        while (seen > before)
        {
            before = Interlocked.CompareExchange(ref _mostSeen, seen, before);
        }
    }
}

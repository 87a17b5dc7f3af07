// SPDX-License-Identifier: MIT
namespace LbEngine.Benchmarks.Soak.Traffic;

/// <summary>
/// What one connection does. Both ends make it from the seed and the number of the connection, so nothing of it has to travel. Pure.
/// </summary>
internal sealed record StreamPlan
{
    private const int Tiny = 4 << 10;
    private const int Small = 64 << 10;
    private const int Large = 1 << 20;
    private const int Larger = 8 << 20;
    private const int Largest = 50_000_000;

    private StreamPlan()
    {
    }

    /// <summary>Its number.</summary>
    public required long Id { get; init; }

    /// <summary>Bytes to the backend.</summary>
    public required long Up { get; init; }

    /// <summary>Bytes to the client.</summary>
    public required long Down { get; init; }

    public required StreamEnding Ending { get; init; }

    /// <summary>After how many bytes of its own the one who resets does so.</summary>
    public required long ResetAt { get; init; }

    /// <summary>After how many bytes of its own each side sends one urgent byte, which is not part of the pattern; -1: never.</summary>
    public required long UrgentAt { get; init; }

    /// <summary>After how many bytes the client stops reading and sending for a while, so that its window closes; -1: never.</summary>
    public required long StallAt { get; init; }

    public required TimeSpan Stall { get; init; }

    /// <summary>The client's receive buffer; 0: the system's.</summary>
    public required int ReceiveBuffer { get; init; }

    /// <summary>Bytes in one send.</summary>
    public required int Piece { get; init; }

    public required BytePattern Upload { get; init; }

    public required BytePattern Download { get; init; }

    public override string ToString() =>
        $"{Up} bytes up and {Down} down, {Ending}{(Ending > StreamEnding.BackendCloses ? $" at {ResetAt}" : "")}"
        + $"{(UrgentAt < 0 ? "" : $", urgent at {UrgentAt}")}{(StallAt < 0 ? "" : $", stalls at {StallAt}")}";

    public static StreamPlan For(ulong seed, long id)
    {
        var random = new Mixer(Mixer.At(seed, id));
        long up = Size(ref random);
        long down = Size(ref random);
        StreamEnding ending = random.Below(100) switch
        {
            < 50 => StreamEnding.ClientHalfCloses,
            < 92 => StreamEnding.BackendCloses,
            < 96 => StreamEnding.ClientResets,
            _ => StreamEnding.BackendResets,
        };
        return new StreamPlan
        {
            Id = id,
            Up = up,
            Down = down,
            Ending = ending,
            ResetAt = random.Below(ending == StreamEnding.ClientResets ? up : down),
            UrgentAt = random.OneIn(10) ? random.Below(Math.Max(Math.Min(up, down), 1)) : -1,
            StallAt = random.OneIn(100) ? random.Below(Math.Max(up, down)) : -1,
            Stall = TimeSpan.FromMilliseconds(200 + random.Below(2800)),
            ReceiveBuffer = random.OneIn(20) ? 4096 : 0,
            Piece = random.OneIn(4) ? 1 + (int)random.Below(1500) : 64 << 10,
            Upload = new BytePattern(random.Next()),
            Download = new BytePattern(random.Next()),
        };
    }

    // Most are small, as in life; the mean is about 70 KB, nearly all of it from the few large ones.
    private static long Size(ref Mixer random) => random.Below(10_000) switch
    {
        < 500 => 0,
        < 7500 => random.Below(Tiny),
        < 9500 => random.Below(Small),
        < 9950 => random.Below(Large),
        < 9996 => random.Below(Larger),
        _ => random.Below(Largest + 1),
    };
}

// SPDX-License-Identifier: MIT
namespace LbEngine.Health.Passive;

/// <summary>Decides which backends of one pool are left out after certain failures, and for how long. Pure: no clock, no lock; one caller at a time.</summary>
/// <remarks>
/// Whoever comes back and fails again stays out twice as long, as in Envoy's outlier detection. Only a part of the pool is out at
/// once: failures that meet everybody say more about the way there than about the backends, and somebody has to take the traffic.
/// </remarks>
internal sealed class EjectionJudge
{
    public const int LongestMilliseconds = 300_000;

    private readonly Dictionary<int, Record> _records = [];

    /// <summary>How long a backend is out that was never out before, or has proved itself since.</summary>
    public int FirstMilliseconds { get; set; } = 5_000;

    /// <summary>The share of the pool that may be out at once.</summary>
    public int MaxPercentOut { get; set; } = 50;

    /// <summary>How many are out now.</summary>
    public int OutCount { get; private set; }

    /// <summary>When the next one may return; <see cref="long.MaxValue"/> when none is out.</summary>
    public long NextReturn => OutCount == 0 ? long.MaxValue : _records.Values.Where(record => record.IsOut).Min(record => record.Until);

    /// <summary>
    /// A backend has failed for certain. True when it is left out from now on, for <paramref name="milliseconds"/>; false when it is out already, or
    /// has to stay in.
    /// </summary>
    /// <param name="backendId">The backend.</param>
    /// <param name="poolSize">Backends that would take traffic if they were healthy.</param>
    /// <param name="now">Clock milliseconds, never less than before.</param>
    /// <param name="milliseconds">How long it is left out.</param>
    /// <param name="failsStill">True when nothing has succeeded since it came back: then no time in between is proof.</param>
    public bool TryEject(int backendId, int poolSize, long now, out int milliseconds, bool failsStill = false)
    {
        Record record = _records.GetValueOrDefault(backendId);
        milliseconds = 0;
        if (record.IsOut)
        {
            return false;
        }

        if ((OutCount + 1) * 100L <= (long)poolSize * MaxPercentOut)
        {
            bool begins = record.Milliseconds == 0 || (record.HasProved(now) && !failsStill);
            milliseconds = begins ? FirstMilliseconds : (int)Math.Min(2L * record.Milliseconds, Math.Max(LongestMilliseconds, FirstMilliseconds));
            _records[backendId] = new Record(true, milliseconds, now + milliseconds, now);
            OutCount++;
            return true;
        }

        _records[backendId] = record with { GoodSince = now };
        return false;
    }

    /// <summary>Takes back one backend whose time is over; false when there is none.</summary>
    public bool TryReturn(long now, out int backendId)
    {
        foreach ((int id, Record record) in _records)
        {
            if (record.IsOut && record.Until <= now)
            {
                backendId = id;
                _records[id] = record with { IsOut = false, GoodSince = now };
                OutCount--;
                return true;
            }
        }

        backendId = -1;
        return false;
    }

    /// <summary>Drops what is known of backends that are gone.</summary>
    public void ForgetUnless(Func<int, bool> isPresent)
    {
        foreach ((int id, Record record) in _records)
        {
            if (!isPresent(id))
            {
                // Removing during an enumeration is allowed, and does not disturb it.
                _records.Remove(id);
                OutCount -= record.IsOut ? 1 : 0;
            }
        }
    }

    /// <summary>What is known of one backend; the default value is one that was never out.</summary>
    /// <param name="IsOut">Left out now.</param>
    /// <param name="Milliseconds">Length of the present or last ejection.</param>
    /// <param name="Until">End of the present ejection.</param>
    /// <param name="GoodSince">Its last return or failure, whichever was later.</param>
    private readonly record struct Record(bool IsOut, int Milliseconds, long Until, long GoodSince)
    {
        /// <summary>True when it has gone without failure for as long as it was out last.</summary>
        public bool HasProved(long now) => now - GoodSince >= Milliseconds;
    }
}

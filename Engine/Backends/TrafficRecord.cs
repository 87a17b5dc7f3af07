// SPDX-License-Identifier: MIT
namespace LbEngine.Backends;

/// <summary>The bytes of one listener or backend: of what has ended, counted once at each end, and what whoever sums up keeps between two readings.</summary>
/// <remarks>
/// Nothing is counted here while bytes move: live connections have theirs in their rows. The sums of what has ended are read first and the rows after
/// that, and a row gives its bytes up before they are added here: so a reading may miss what ends just then, counts nothing twice, and never goes back,
/// since the highest counts.
/// </remarks>
internal sealed class TrafficRecord
{
    private long _endedToBackend;
    private long _endedToClient;
    private long _toBackend;
    private long _toClient;

    /// <summary>The reading before the latest. For whoever sums up, as all below: one at a time.</summary>
    public TrafficTotals Earlier { get; private set; }

    /// <summary>The latest reading that was kept.</summary>
    public TrafficTotals Latest { get; private set; }

    /// <summary>What was summed up last.</summary>
    public TrafficTotals Now { get; private set; }

    /// <summary>Counts what has ended. Any thread.</summary>
    public void CountEnded(long bytesToBackend, long bytesToClient)
    {
        if (bytesToBackend > 0)
        {
            Interlocked.Add(ref _endedToBackend, bytesToBackend);
        }

        if (bytesToClient > 0)
        {
            Interlocked.Add(ref _endedToClient, bytesToClient);
        }
    }

    /// <summary>Begins a reading with what has ended.</summary>
    public void BeginReading()
    {
        _toBackend = Interlocked.Read(ref _endedToBackend);
        _toClient = Interlocked.Read(ref _endedToClient);
    }

    /// <summary>Adds what lives.</summary>
    public void AddLive(long bytesToBackend, long bytesToClient)
    {
        _toBackend += bytesToBackend;
        _toClient += bytesToClient;
    }

    /// <summary>Ends a reading. True when something has moved since the latest that was kept.</summary>
    public bool EndReading(long connections)
    {
        Now = new TrafficTotals(
            Math.Max(Now.Connections, connections), Math.Max(Now.BytesToBackend, _toBackend), Math.Max(Now.BytesToClient, _toClient));
        return Now != Latest;
    }

    /// <summary>Keeps what was summed up, for rates to come.</summary>
    public void KeepReading()
    {
        Earlier = Latest;
        Latest = Now;
    }
}

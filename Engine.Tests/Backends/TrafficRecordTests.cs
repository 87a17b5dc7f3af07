// SPDX-License-Identifier: MIT
using LbEngine.Backends;

namespace LbEngine.Tests.Backends;

public class TrafficRecordTests
{
    private readonly TrafficRecord _record = new();

    [Fact]
    public void EndReading_EndedAndLive_SumsBoth()
    {
        _record.CountEnded(10, 1);
        Read(connections: 3, (100, 20), (1000, 300));

        Assert.Equal(new TrafficTotals(3, 1110, 321), _record.Now);
    }

    [Fact]
    public void EndReading_RowThatHasJustEnded_NeverGoesBack()
    {
        Read(connections: 1, (100, 20));

        bool hasMoved = Read(connections: 1);
        TrafficTotals missed = _record.Now;
        _record.CountEnded(150, 30);
        Read(connections: 1);

        Assert.True(hasMoved);
        Assert.Equal(new TrafficTotals(1, 100, 20), missed);
        Assert.Equal(new TrafficTotals(1, 150, 30), _record.Now);
    }

    [Fact]
    public void KeepReading_OneAfterTheOther_KeepsTheLastTwo()
    {
        Read(connections: 1, (10, 0));
        _record.KeepReading();
        bool hasMoved = Read(connections: 1, (10, 0));
        _record.KeepReading();
        Read(connections: 2, (30, 0));
        _record.KeepReading();

        Assert.False(hasMoved);
        Assert.Equal((new TrafficTotals(1, 10, 0), new TrafficTotals(2, 30, 0)), (_record.Earlier, _record.Latest));
    }

    private bool Read(long connections, params (long ToBackend, long ToClient)[] rows)
    {
        _record.BeginReading();
        foreach ((long toBackend, long toClient) in rows)
        {
            _record.AddLive(toBackend, toClient);
        }

        return _record.EndReading(connections);
    }
}

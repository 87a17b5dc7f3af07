// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Backends;
using LbEngine.Connections;
using LbEngine.Scheduling;

namespace LbEngine.Tests.Connections;

public class ListenerDirectoryTests
{
    [Fact]
    public void TakeIds_OldOwnerHoldsAConnection_PassesItsNumberOver()
    {
        var directory = new ListenerDirectory();
        Listener busy = Add(directory);
        Listener idle = Add(directory);
        busy.TryAcquire();
        busy.IsRemoved = idle.IsRemoved = true;

        Assert.Equal([(ushort)1, (ushort)2], directory.TakeIds(2));

        busy.Release();
        Assert.Equal([(ushort)0, (ushort)1], directory.TakeIds(2));
    }

    [Fact]
    public void TakeIds_OwnerIsConfiguredButIdle_PassesItsNumberOver()
    {
        var directory = new ListenerDirectory();
        Add(directory);

        Assert.Equal([(ushort)1], directory.TakeIds(1));
    }

    [Fact]
    public void Add_ReusedNumber_NamesTheNewOwner()
    {
        var directory = new ListenerDirectory();
        Listener old = Add(directory);
        old.IsRemoved = true;

        Listener fresh = Add(directory);

        Assert.Equal(old.Id, fresh.Id);
        Assert.Same(fresh, directory.Find(fresh.Id));
    }

    [Fact]
    public void TakeIds_AllNumbersTaken_SaysHowMany()
    {
        var directory = new ListenerDirectory();
        foreach (ushort id in directory.TakeIds(ListenerDirectory.MaxCount).ToList())
        {
            directory.Add(Create(id));
        }

        InvalidOperationException full = Assert.Throws<InvalidOperationException>(() => directory.TakeIds(1).ToList());

        Assert.Contains("65535", full.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Leaving_RemovedListenersWithAndWithoutConnections_NamesThoseWith()
    {
        var directory = new ListenerDirectory();
        Listener open = Add(directory);
        Listener leaving = Add(directory);
        Listener gone = Add(directory);
        open.TryAcquire();
        leaving.TryAcquire();
        leaving.IsRemoved = gone.IsRemoved = true;

        Assert.Equal([leaving], directory.Leaving);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(70_000)]
    public void Find_NumberThatNobodyHas_IsNull(int id) => Assert.Null(new ListenerDirectory().Find(id));

    private static Listener Add(ListenerDirectory directory)
    {
        Listener listener = Create(directory.TakeIds(1).Single());
        directory.Add(listener);
        return listener;
    }

    private static Listener Create(ushort id) => new()
    {
        Id = id,
        Name = $"l{id}",
        Bind = new IPEndPoint(IPAddress.Loopback, 80),
        Pool = new BackendPool(0, "site", SchedulerNames.WeightedLeastConnections, set => new WeightedLeastConnectionsScheduler(set)),
    };
}

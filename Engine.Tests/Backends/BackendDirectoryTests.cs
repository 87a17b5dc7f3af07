// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Backends;
using LbEngine.Scheduling;

namespace LbEngine.Tests.Backends;

public class BackendDirectoryTests
{
    private readonly BackendPool _pool = new(0, "site", SchedulerNames.SmoothWeightedRoundRobin, static set => new SmoothWeightedRoundRobinScheduler(set));

    [Fact]
    public void Find_ManyAdded_ReturnsEachUnderItsNumber()
    {
        var directory = new BackendDirectory();
        Backend[] backends = [.. Enumerable.Range(0, 100).Select(_ => Add(directory))];

        Assert.All(backends, backend => Assert.Same(backend, directory.Find(backend.Id)));
        Assert.Equal(Enumerable.Range(0, 100), backends.Select(backend => backend.Id));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    [InlineData(int.MaxValue)]
    public void Find_NumberNeverGivenOut_ReturnsNull(int id)
    {
        var directory = new BackendDirectory();
        Add(directory);

        Assert.Null(directory.Find(id));
    }

    [Fact]
    public void Forget_LastBackend_NeverGivesItsNumberOutAgain()
    {
        var directory = new BackendDirectory();
        Backend forgotten = Add(directory);

        directory.Forget(forgotten);

        Assert.Null(directory.Find(forgotten.Id));
        Assert.Equal(forgotten.Id + 1, Add(directory).Id);
    }

    private Backend Add(BackendDirectory directory)
    {
        int id = directory.NextId;
        Backend backend = _pool.Add(id, new BackendDefinition($"b{id}", new IPEndPoint(IPAddress.Loopback, 80), 1, int.MaxValue));
        directory.Add(backend);
        return backend;
    }
}

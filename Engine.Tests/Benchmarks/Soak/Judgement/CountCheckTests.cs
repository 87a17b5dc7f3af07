// SPDX-License-Identifier: MIT
using LbEngine.Admin.Messages;
using LbEngine.Benchmarks.Soak.Judgement;

namespace LbEngine.Tests.Benchmarks.Soak.Judgement;

public sealed class CountCheckTests
{
    [Fact]
    public void Find_EverythingAddsUp_IsEmpty() => Assert.Empty(CountCheck.Find(Status(accepted: 10, closed: 9, live: 1), [Backend(1)], true));

    [Fact]
    public void Find_ARowTooMany_IsSaid() =>
        Assert.Equal(
            ["10 connections and flows were accepted, 8 have ended, 0 were rejected and 1 are live"],
            CountCheck.Find(Status(accepted: 10, closed: 8, live: 1), [Backend(1)], true));

    [Fact]
    public void Find_ListenersHaveGone_LeavesOutWhatWentWithThem() =>
        Assert.Empty(CountCheck.Find(Status(accepted: 10, closed: 8, live: 1), [Backend(1)], keptAllListeners: false));

    [Fact]
    public void Find_BackendHoldsACountForEver_IsSaid() =>
        Assert.Equal(
            ["the backends count 2 live connections and flows, the table 1"],
            CountCheck.Find(Status(accepted: 10, closed: 9, live: 1), [Backend(1), Backend(1)], true));

    private static StatusMessage Status(long accepted, long closed, int live) => new(
        "running",
        "linux",
        100,
        live,
        [new ListenerMessage("main", "tcp", "127.0.0.1:1", "site", live, accepted, 0, null)],
        [],
        new Dictionary<string, long> { ["Completed"] = closed },
        new Dictionary<string, long>(),
        new Dictionary<string, long>());

    private static BackendMessage Backend(int live) => new("site", "a", "127.0.0.1:2", "ready", "up", false, 1, live, 9, 0, 0, 100, null);
}

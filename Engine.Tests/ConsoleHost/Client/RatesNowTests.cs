// SPDX-License-Identifier: MIT
using LbEngine.Admin.Messages;
using LbEngine.ConsoleHost.Client;

namespace LbEngine.Tests.ConsoleHost.Client;

public class RatesNowTests
{
    [Fact]
    public void Between_ConnectionOfBothLooks_HasTheRatesOfTheTimeBetween()
    {
        ConnectionMessage now = Assert.Single(RatesNow.Between(List(Connection("0-1", 100, 5000, 60)), List(Connection("0-1", 102.5, 10_000, 60))).Connections);

        Assert.Equal((2000, 0), (now.BytesToBackendPerSecond, now.BytesToClientPerSecond));
        Assert.Equal(10_000, now.BytesToBackend);
    }

    [Fact]
    public void Between_ConnectionThatHasJustCome_GoesByItsLife()
    {
        ConnectionListMessage list = RatesNow.Between(List(Connection("0-1", 100, 5000, 0)), List(Connection("0-3", 0.5, 10, 4), Connection("0-5", 0, 10, 4)));

        Assert.Equal([(20, 8), (7, 7)], list.Connections.Select(one => (one.BytesToBackendPerSecond, one.BytesToClientPerSecond)));
    }

    private static ConnectionListMessage List(params ConnectionMessage[] connections) => new(connections, IsTruncated: false);

    private static ConnectionMessage Connection(string id, double age, long up, long down) =>
        new(id, "192.0.2.7:5000", "tcp", "web", "site", "a", "relaying", age, 0, up, down) { BytesToBackendPerSecond = 7, BytesToClientPerSecond = 7 };
}

// SPDX-License-Identifier: MIT
using LbEngine.Admin.Messages;
using LbEngine.ConsoleHost.Tables;

namespace LbEngine.Tests.ConsoleHost.Tables;

public class StatusTablesTests
{
    private static readonly string LongName = new('n', 64);

    [Fact]
    public void Format_BackendThatIsDown_SaysWhyBelowTheTable()
    {
        var probe = new ProbeMessage("refused", "refused: nothing listens there", 1, 0.1);

        string[] lines = [.. StatusTables.Format(new BackendListMessage([Backend("a", "down", 100, probe), Backend("b", "up", 25, probe)]))];

        Assert.Equal(4, lines.Length);
        Assert.Contains(" 7 (25%) ", lines[2], StringComparison.Ordinal);
        Assert.Equal("site/a is down: refused: nothing listens there", lines[3]);
    }

    [Fact]
    public void Format_LongestNamesAndNumbers_FitIn100Columns()
    {
        const long Most = long.MaxValue;
        const string Client = "[2001:db8:1111:2222:3333:4444:5555:6666]:65535";
        var most = new TrafficMessage(Most, Most, Most, Most, Most);
        var backends = new BackendListMessage([new(LongName, LongName, Client, "maintenance", "unknown", false, 65_535, int.MaxValue, Most, Most, Most, 100, null) { Traffic = most }]);
        var connections = new ConnectionListMessage([new("262143-4294967295", Client, "tcp", LongName, LongName, LongName, "connecting", 1e7, 1e7, Most, Most) { BytesToBackendPerSecond = Most, BytesToClientPerSecond = Most }], true);
        var affinity = new AffinityListMessage([new(Client, LongName, LongName, int.MaxValue, 1e7)], true);
        var changes = new ChangeListMessage([new("changed", $"pools.{LongName}.backends.{LongName}.maxConnections", LongName, LongName, int.MaxValue)], [], []);
        var counts = new Dictionary<string, long>(Enumerable.Range(0, 20).Select(i => KeyValuePair.Create($"SomeLongReason{i}", Most)));
        var status = new StatusMessage(
            "running", "sockets", int.MaxValue, int.MaxValue,
            [new(LongName, "udp", Client, LongName, int.MaxValue, Most, Most, new(Most / 2, Most, Most / 2, Most, Most)) { State = "removing", MaxConnections = int.MaxValue, HeldConnections = int.MaxValue, Traffic = most }],
            [new(LongName, "smooth-weighted-round-robin", 10_000, 10_000, int.MaxValue, int.MaxValue, true)],
            counts, counts, counts)
        {
            Version = "10000.10000.10000",
            UptimeSeconds = 1e7,
            RatesOverSeconds = 1e7,
            Configuration = new(1e7, $"/etc/{LongName}/lb.yaml", "changed"),
        };

        string[] lines = [.. StatusTables.FormatAll(backends), .. StatusTables.Format(connections), .. StatusTables.Format(affinity), .. StatusTables.Format(changes), .. StatusTables.Format(status)];

        Assert.All(lines, line => Assert.InRange(line.Length, 0, TextTable.Width));
        Assert.Contains(lines, line => line.Length == TextTable.Width);
    }

    [Theory]
    [InlineData("loaded", "configuration /etc/lb/lb.yaml, loaded 2.0h ago")]
    [InlineData("changed", "configuration /etc/lb/lb.yaml, loaded 2.0h ago; changed since, not loaded")]
    [InlineData("missing", "configuration /etc/lb/lb.yaml, loaded 2.0h ago; cannot be read now")]
    public void Format_Status_SaysWhichFileItGoesByAndWhetherThatIsWhatItSays(string state, string expected)
    {
        StatusMessage status = Status() with { Version = "1.2.3", UptimeSeconds = 90_000, Configuration = new(7200, "/etc/lb/lb.yaml", state) };

        string[] lines = [.. StatusTables.Format(status)];

        Assert.Equal("running, up for 25.0h, version 1.2.3, linux transport", lines[0]);
        Assert.Equal(expected, lines[1]);
        Assert.Equal("3 of 8 connections and flows", lines[2]);
    }

    [Fact]
    public void Format_StatusWithTraffic_HasTotalsAndRatesOfEachListenerAndTheirSum()
    {
        ListenerMessage web = new("web", "tcp", "192.0.2.1:80", "site", 1, 2, 0, null) { Traffic = new(1200, 3_400_000, 2.5, 99.96, 1_500_000) };
        ListenerMessage dns = new("dns", "udp", "192.0.2.1:53", "site", 1, 2, 0, null) { Traffic = new(5, 6, 0, 0.04, 200) };

        string[] lines = [.. StatusTables.Format(Status() with { Listeners = [web, dns], RatesOverSeconds = 7.3 })];

        Assert.Contains("over the last 7.3s: 2.5 new a second, 100B/s to backends, 1.5MB/s to clients", lines);
        Assert.Contains("LISTENER  NEW/S  BYTES TO BACKEND  B/S  BYTES TO CLIENT   B/S", lines);
        Assert.Contains("web         2.5              1200  100             3.4M  1.5M", lines);
        Assert.Contains("dns           0                 5  0.0                6   200", lines);
    }

    [Fact]
    public void Format_Connections_HaveTheirRatesAndTheWholeAddressOfTheClient()
    {
        ConnectionMessage older = new("13-12345", "203.0.113.100:65535", "tcp", "web", "site", "a", "relaying", 100, 2, 35_200_000, 1200);
        ConnectionMessage newer = older with { BytesToBackendPerSecond = 352_000, BytesToClientPerSecond = 12 };

        string[] lines = [.. StatusTables.Format(new ConnectionListMessage([older, newer], IsTruncated: false))];

        Assert.Equal("ID        CLIENT               LISTENER  BACKEND  PHASE      AGE  IDLE     UP     B/S  DOWN   B/S", lines[0]);
        Assert.EndsWith("  1.7m  2.0s  35.2M          1200", lines[1], StringComparison.Ordinal);
        Assert.Equal("13-12345  203.0.113.100:65535  web tcp   site/a   relaying  1.7m  2.0s  35.2M  352.0k  1200  12.0", lines[2]);
    }

    [Fact]
    public void Format_ConnectionThatIsBrought_SaysByWhomBelowIt()
    {
        ConnectionMessage own = new("13-1", "203.0.113.7:52011", "tcp", "web", "site", "a", "relaying", 1, 1, 3, 0);
        ConnectionMessage brought = own with { Id = "14-1", Peer = "10.0.0.2:40022" };

        string[] lines = [.. StatusTables.Format(new ConnectionListMessage([own, brought, own], IsTruncated: false))];

        Assert.Equal(5, lines.Length);
        Assert.StartsWith("14-1  203.0.113.7:52011  web tcp", lines[2], StringComparison.Ordinal);
        Assert.Equal("  via 10.0.0.2:40022", lines[3]);
    }

    [Theory]
    [InlineData("unknown", false, false, "unchecked")]
    [InlineData("unknown", true, false, "unknown")]
    [InlineData("unknown", null, false, "unknown")]
    [InlineData("unknown", false, true, "ejected")]
    [InlineData("down", true, false, "down")]
    [InlineData("up", false, false, "up")]
    public void Format_Health_SaysWhenNobodyAsks(string health, bool? isChecked, bool isEjected, string expected)
    {
        BackendMessage backend = Backend("a", health, 100, null) with { IsChecked = isChecked, IsEjected = isEjected };

        Assert.Contains($" ready  {expected} ", StatusTables.Format(new BackendListMessage([backend])).ElementAt(1), StringComparison.Ordinal);
    }

    [Fact]
    public void FormatAll_BackendsOfAnOlderBalancer_HasNoTableOfTraffic()
    {
        var list = new BackendListMessage([Backend("a", "up", 100, null)]);

        Assert.Equal(StatusTables.Format(list), StatusTables.FormatAll(list));
    }

    [Fact]
    public void Format_ConfigurationWithoutAFile_SaysHowOldItIs() =>
        Assert.Contains("configuration loaded 30.0s ago", StatusTables.Format(Status() with { Configuration = new(30) }));

    [Fact]
    public void Format_StatusOfAnOlderBalancer_SaysWhatThatKnows()
    {
        string[] lines = [.. StatusTables.Format(Status())];

        Assert.Equal("running, linux transport", lines[0]);
        Assert.Equal("3 of 8 connections and flows", lines[1]);
    }

    private static StatusMessage Status() =>
        new("running", "linux", 8, 3, [], [], new Dictionary<string, long>(), new Dictionary<string, long>(), new Dictionary<string, long>());

    private static BackendMessage Backend(string name, string health, int slowStart, ProbeMessage? probe) =>
        new("site", name, "10.0.0.1:80", "ready", health, false, 7, 0, 0, 0, 0, slowStart, probe);
}

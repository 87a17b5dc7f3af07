// SPDX-License-Identifier: MIT
using LbEngine.Configuration;
using LbEngine.Testing;
using LbEngine.Tests.Harness.Host;

namespace LbEngine.Tests.Control.Reload;

/// <summary>Lists of networks that stand in files.</summary>
public sealed class AccessFileTests : IDisposable
{
    private const string Web = "192.0.2.1:80";

    private readonly TemporaryDirectory _directory = new();
    private readonly MemoryNetwork _network = new(new ManualTimeProvider());

    public AccessFileTests() => _network.AddBackend("10.0.0.1:80");

    private string List => Path.Combine(_directory.Path, "blocked.txt");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Apply_SameOptionsAndAnotherFile_GoesByTheFileAndReportsIt()
    {
        File.WriteAllText(List, "# who is not welcome\n\n198.51.100.0/24 ; since yesterday\r\n2001:db8::/32# all of it\n");
        await using LoadBalancer balancer = await StartAsync($"file:{List}");
        MemoryClose before = Connect("198.51.100.7");
        LoadBalancerOptions options = balancer.GetConfiguration();
        Assert.Empty(await balancer.ApplyAsync(options));
        File.WriteAllText(List, "203.0.113.1\n");

        IReadOnlyList<ConfigurationChange> foreseen = balancer.Compare(options);
        IReadOnlyList<ConfigurationChange> changes = await balancer.ApplyAsync(options);

        Assert.Equal(MemoryClose.Reset, before);
        Assert.Equal(new ConfigurationChange(ConfigurationChangeKind.Changed, "listeners.web.deny", "2 networks", "1 network", 0), Assert.Single(changes));
        Assert.Equal(changes, foreseen);
        Assert.Equal((MemoryClose.None, MemoryClose.Reset), (Connect("198.51.100.7"), Connect("203.0.113.1")));
    }

    [Fact]
    public async Task Apply_FileSaysTheSameInOtherWords_ChangesNothing()
    {
        File.WriteAllText(List, "198.51.100.0/24\n");
        await using LoadBalancer balancer = await StartAsync($"file:{List}");
        File.WriteAllText(List, "198.51.100.128/25\n198.51.100.0/25 # the other half\n");

        Assert.Empty(await balancer.ApplyAsync(balancer.GetConfiguration()));
    }

    [Fact]
    public async Task Apply_FileWithMistakes_ChangesNothingAndTellsFileAndLine()
    {
        File.WriteAllText(List, "198.51.100.0/24\n");
        await using LoadBalancer balancer = await StartAsync($"file:{List}");
        File.WriteAllText(List, "# one\n10.0.0.1/8\nsecret words\n203.0.113.1\n");
        LoadBalancerOptions options = balancer.GetConfiguration();
        options.Listeners["web"].MaxConnections = 7;

        LoadBalancerConfigurationException refused =
            await Assert.ThrowsAsync<LoadBalancerConfigurationException>(() => balancer.ApplyAsync(options));

        Assert.Equal(
            [
                $"{List}: line 2: listeners.web.deny: has bits behind its prefix: write 10.0.0.0/8 for the network, or 10.0.0.1 for the address alone",
                $"{List}: line 3: listeners.web.deny: must be a network such as 10.0.0.0/8 or 2001:db8::/32, or an address alone",
            ],
            refused.Errors.Select(error => error.ToString()));
        Assert.Equal(refused.Errors, balancer.Check(options));
        Assert.Equal(refused.Errors, LoadBalancer.CheckFiles(options));
        Assert.Equal(0, balancer.GetConfiguration().Listeners["web"].MaxConnections);
        Assert.Equal((MemoryClose.Reset, MemoryClose.None), (Connect("198.51.100.7"), Connect("203.0.113.1")));
    }

    [Fact]
    public void Build_FileIsMissingOrADirectory_TellsWhich()
    {
        LoadBalancerConfigurationException missing = Assert.Throws<LoadBalancerConfigurationException>(() => Builder($"file:{List}").Build());
        LoadBalancerConfigurationException directory =
            Assert.Throws<LoadBalancerConfigurationException>(() => Builder($"file:{_directory.Path}").Build());

        Assert.Equal($"listeners.web.deny: {List}: there is no such file", Assert.Single(missing.Errors).ToString());
        Assert.Equal($"listeners.web.deny: {_directory.Path}: is a directory; name a file", Assert.Single(directory.Errors).ToString());
    }

    [Fact]
    public void CheckFiles_AllowListWithoutANetwork_IsRefusedSinceNobodyCouldComeIn()
    {
        File.WriteAllText(List, "# all gone\n");
        LoadBalancerOptions options = Options();
        options.Listeners["web"].Allow.Add($"file:{List}");

        Assert.StartsWith(
            "listeners.web.allow: its files name no network", Assert.Single(LoadBalancer.CheckFiles(options)).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void CheckFiles_NetworkInBothLists_TellsBothPlaces()
    {
        string allowed = Path.Combine(_directory.Path, "allowed.txt");
        File.WriteAllText(allowed, "\n10.0.0.0/8\n");
        File.WriteAllText(List, "10.0.0.0/8\n10.0.0.0/9\n");
        LoadBalancerOptions options = Options();
        options.Listeners["web"].Allow.Add($"file:{allowed}");
        options.Listeners["web"].Deny.Add($"file:{List}");

        Assert.Equal(
            $"{List}: line 1: listeners.web.deny: 10.0.0.0/8 is in allow too, by line 2 of {allowed}: keep it in one of the two",
            Assert.Single(LoadBalancer.CheckFiles(options)).ToString());
    }

    [Fact]
    public void CheckFiles_ManyMistakes_TellsTheFirstTenAndHowManyMore()
    {
        File.WriteAllLines(List, Enumerable.Repeat("nonsense", 25));
        LoadBalancerOptions options = Options();
        options.Listeners["web"].Deny.Add($"file:{List}");

        IReadOnlyList<ConfigurationError> errors = LoadBalancer.CheckFiles(options);

        Assert.Equal((11, $"{List}: listeners.web.deny: has 15 more lines that are no network"), (errors.Count, errors[10].ToString()));
    }

    [Fact]
    public async Task AddBackend_FileIsGoneMeanwhile_IsDoneAndTheListStays()
    {
        File.WriteAllText(List, "198.51.100.0/24\n");
        await using LoadBalancer balancer = await StartAsync($"file:{List}");
        File.Delete(List);

        await balancer.AddBackendAsync("site", "b", new BackendOptions { Address = "10.0.0.2:80" });

        Assert.Equal((MemoryClose.Reset, MemoryClose.None), (Connect("198.51.100.7"), Connect("203.0.113.1")));
    }

    private MemoryClose Connect(string client) => _network.Connect(client, Web).Closed;

    private async Task<LoadBalancer> StartAsync(string deny)
    {
        LoadBalancer balancer = Builder(deny).Build();
        await balancer.StartAsync();
        return balancer;
    }

    private LoadBalancerBuilder Builder(string deny) => new LoadBalancerBuilder()
        .UseMemoryNetwork(_network)
        .AddListener("web", Web, "site", web => web.Deny.Add(deny))
        .AddPool("site", pool => pool.AddBackend("a", "10.0.0.1:80"));

    private static LoadBalancerOptions Options()
    {
        var options = new LoadBalancerOptions();
        options.Listeners.Add("web", new ListenerOptions { Bind = Web, Pool = "site" });
        return options;
    }
}

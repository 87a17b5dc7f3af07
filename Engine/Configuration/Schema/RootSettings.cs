// SPDX-License-Identifier: MIT
using LbEngine.Configuration.Documents;
using LbEngine.Configuration.Schema.Rows;

namespace LbEngine.Configuration.Schema;

/// <summary>The root of a configuration: the engine's own settings, listeners and pools, and the sections of a host between them.</summary>
internal sealed class RootSettings : SettingTable<LoadBalancerOptions>
{
    /// <summary>Names the schema in JSON and YAML; an editor's matter.</summary>
    public const string SchemaKey = "$schema";

    /// <summary>Names that are the author's own: a place for anchors.</summary>
    public const string FreePattern = "^x-";

    private const string FreePrefix = "x-";
    private const string AdminKey = "admin";
    private const string ListenerSample = "{ bind: \"0.0.0.0:8080\", pool: site }";

    private readonly bool _hasAdmin;

    public RootSettings(IReadOnlyList<HostSection> hostSections)
        : base(
            "configuration",
            "The whole of a balancer: "
            + "what holds for all of it, where clients arrive (`listeners`), and who serves them (`pools`).")
    {
        Example = """
            listeners:
              web: { bind: "0.0.0.0:8080", pool: site }
            pools:
              site:
                backends:
                  a: { address: 10.0.0.1:80, weight: 3 }
                  b: { address: 10.0.0.2:80 }
            """;

        Word<TransportKind>("transport", o => o.Transport, (o, v) => o.Transport = v)
            .Check(CheckTransport)
            .Means("How bytes are moved: `linux` (epoll and splice), `sockets` (portable), or `auto`: the first where it exists.");
        Number("reactors", o => o.Reactors, (o, v) => o.Reactors = v, 0, 1024)
            .Means("Threads that move bytes; 0: one per core.");
        Number("maxConnections", o => o.MaxConnections, (o, v) => o.MaxConnections = v, 0, ConfigurationLimits.MostConnections)
            .For("limit the connections of the whole balancer")
            .Means("Connections and flows at once; 0: what the descriptor limit allows, at most 262144.")
            .Noting("A connection takes two descriptors, a flow one: what `ulimit -n` does not allow is cut with a warning.");
        Section("drain", o => o.Drain, (o, v) => o.Drain = v!, DrainSettings.Table, "{ timeout: 300s, spread: 30s }")
            .For("stop without cutting anybody off")
            .Means("How a balancer that stops treats its live connections.");
        Add(new IncludeSetting())
            .For("divide a configuration among files")
            .Means("Files of `lb` only: more files and folders, whose listeners, pools and defaults belong to this one.")
            .Noting(
                "From the folder of the file that names them. Of a folder all `.yaml`, `.yml` and `.json` files are read, by name. What is there twice is a "
                + "mistake. A reload and `--watch` follow every file. At most 256 files, 4 MiB and 8 files deep.");
        Add(new DefaultsSetting())
            .For("say once what all listeners, pools or health checks have")
            .Means("What holds for every listener (`listeners`), pool (`pools`) and health check (`health`) that does not say it itself.")
            .Noting(
                "A setting for one protocol, or one type of health check, is left out where it has no meaning. `health` gives no pool a health check that "
                + "has none; one in `pools` does, and `health: off` takes it away again. What a listener or pool is (`bind`, `protocol`, `pool`, `backends`, "
                + "`type`) it says itself. Names that begin with `x-` are ignored: a place for anchors of YAML.");
        Named("listeners", o => o.Listeners, ListenerSettings.Table, ListenerSample, listener => $"{listener.Bind} -> {listener.Pool}")
            .Check(ListenerRules.CheckAll)
            .Required("write at least one listener")
            .Means("Entrances by name; at least one.");
        Named("pools", o => o.Pools, PoolSettings.Table, "{ backends: { a: { address: \"10.0.0.1:80\" } } }", pool => $"{pool.Backends.Count} backends")
            .Required("write at least one pool")
            .Means("Pools by name; every listener names one.");
        foreach (HostSection section in hostSections)
        {
            Insert("listeners", section.Row);
            _hasAdmin |= section.Name == AdminKey;
        }
    }

    /// <summary>What the engine reads without a host.</summary>
    public static RootSettings Alone { get; } = new([]);

    public static RootSettings With(IReadOnlyList<HostSection>? hostSections) => hostSections is null or { Count: 0 } ? Alone : new RootSettings(hostSections);

    /// <summary>Reads a whole document.</summary>
    public void ReadDocument(MappingReader root, ReadContext context, LoadBalancerOptions options)
    {
        _ = root.Remove(SchemaKey);
        root.RemoveAll(FreePrefix);
        if (!_hasAdmin && root.Remove(AdminKey))
        {
            context.Warn(AdminKey, "has no effect here: the program lb reads it; an application that embeds the engine opens an interface of its own");
        }

        Read(root, context, options);
    }

    private static void CheckTransport(LoadBalancerOptions options, SettingCheck check)
    {
        if (options.Transport == TransportKind.Linux && !OperatingSystem.IsLinux())
        {
            check.Refuse("the linux transport runs on Linux only; write auto or sockets");
        }
    }
}

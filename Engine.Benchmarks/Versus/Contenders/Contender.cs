// SPDX-License-Identifier: MIT
namespace LbEngine.Benchmarks.Versus.Contenders;

/// <summary>One balancer in one configuration.</summary>
/// <param name="Name">As the tables call it.</param>
/// <param name="Role">Ours or a peer.</param>
/// <param name="Ports">Where it listens.</param>
/// <param name="RelaysDatagrams">HAProxy does not.</param>
/// <param name="Program">What to run.</param>
/// <param name="Arguments">Its command line.</param>
/// <param name="ConfigurationFile">Where its configuration goes.</param>
/// <param name="Configuration">The text.</param>
internal sealed record Contender(
    string Name,
    ContenderRole Role,
    EntrancePorts Ports,
    bool RelaysDatagrams,
    string Program,
    IReadOnlyList<string> Arguments,
    string ConfigurationFile,
    string Configuration)
{
    public const string HaProxy = "HAProxy";
    public const string HaProxyTuned = "HAProxy tuned";
    public const string Nginx = "nginx";
    public const string NginxTuned = "nginx tuned";
    public const string Linux = "LbEngine linux";
    public const string Native = "LbEngine native";
    public const string Sockets = "LbEngine sockets";
    public const string Bare = "bare relay in C";

    /// <summary>Everything but the bare relay, which only relays small messages.</summary>
    public bool IsBalancer => Role != ContenderRole.Bare;

    /// <summary>A program that is not native: its first seconds cost more.</summary>
    public bool CompilesAsItRuns => Role is ContenderRole.Own or ContenderRole.OwnPortable;

    /// <summary>The TCP ports that tell that it runs.</summary>
    public int[] Entrances => IsBalancer ? [Ports.Web, Ports.Bulk, Ports.Ping, Ports.ProxyOut, Ports.ProxyIn, Ports.Named] : [Ports.Web, Ports.Ping];
}

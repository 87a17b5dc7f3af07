// SPDX-License-Identifier: MIT
using LbEngine.Configuration.Text;

namespace LbEngine.Configuration.Schema;

/// <summary>The legal range of every setting, once: the reader needs it for numbers that fit in no integer, the validator for all others.</summary>
internal static class SettingRanges
{
    /// <summary>A listener is known by 16 bits in the key of the connection table.</summary>
    public const int MostListeners = 65_535;

    /// <summary>The most addresses that one host name stands for; what a resolver finds beyond them is left out.</summary>
    public const int MostAddresses = 64;

    public static readonly IntegerRange Reactors = new(0, 1024);
    public static readonly IntegerRange Connections = new(0, 4_194_304);
    public static readonly IntegerRange Weight = new(0, 65_535);
    public static readonly IntegerRange ConnectAttempts = new(1, 8);
    public static readonly IntegerRange PrefixV4 = new(1, 32);
    public static readonly IntegerRange PrefixV6 = new(1, 128);
    public static readonly IntegerRange AffinityEntries = new(64, 16_777_216);
    public static readonly IntegerRange KeepAliveProbes = new(1, 127);
    public static readonly IntegerRange FlowDatagrams = new(1, 1_000_000);
    public static readonly IntegerRange ReplyRatio = new(1, 1000);
    public static readonly IntegerRange Port = new(1, 65_535);
    public static readonly IntegerRange HealthThreshold = new(1, 100);
    public static readonly IntegerRange PassiveFailures = new(1, 1000);
    public static readonly IntegerRange EjectedPercent = new(1, 100);

    public static readonly DurationRange Idle = new(TimeSpan.FromSeconds(1), TimeSpan.FromDays(7));
    public static readonly DurationRange Inspect = new(TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1));
    public static readonly DurationRange KeepAlive = new(TimeSpan.FromSeconds(1), TimeSpan.FromHours(9));
    public static readonly DurationRange Connect = new(TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(5));
    public static readonly DurationRange Drain = new(TimeSpan.Zero, TimeSpan.FromHours(24));
    public static readonly DurationRange DrainDelay = new(TimeSpan.Zero, TimeSpan.FromHours(1));
    public static readonly DurationRange DrainSpread = new(TimeSpan.Zero, TimeSpan.FromHours(1));
    public static readonly DurationRange SlowStart = new(TimeSpan.Zero, TimeSpan.FromHours(1));
    public static readonly DurationRange HealthInterval = new(TimeSpan.FromMilliseconds(50), TimeSpan.FromHours(1));
    public static readonly DurationRange Ejection = new(TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
    public static readonly DurationRange ResolveInterval = new(TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
    public static readonly DurationRange ResolveTimeout = new(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(20));
    public static readonly DurationRange HealthTimeout = new(TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(5));
}

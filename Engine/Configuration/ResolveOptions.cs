// SPDX-License-Identifier: MIT
namespace LbEngine.Configuration;

/// <summary>How the host names among the backends of a pool are looked up. The system's resolver does it: <c>/etc/hosts</c>, <c>/etc/resolv.conf</c>
/// and <c>/etc/nsswitch.conf</c> hold.</summary>
/// <remarks>
/// As with strict DNS in Envoy: a name stands for every address of its last answer, up to 64. A lookup that fails, or finds nothing, leaves the last
/// answer in use.
/// A name in several pools is looked up once, as often as the pool with the shortest interval wants it.
/// </remarks>
public sealed class ResolveOptions
{
    /// <summary>Time between the end of one lookup and the start of the next, 1 s to 1 hour, give or take a tenth. Default 10 s.</summary>
    /// <remarks>The system's resolver does not tell how long an answer may be kept; it may itself keep one. After a failure the next lookup comes
    /// after 1 s, then 2 s, and so on up to this.</remarks>
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a lookup may take, 100 ms to 20 s. Default 5 s. The start, and a reload with new names, wait for at most this.</summary>
    /// <remarks>An answer that comes later is used all the same, but the name counts as failing.</remarks>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Which addresses are used. Default <see cref="ResolveFamily.Any"/>: all of them.</summary>
    public ResolveFamily Family { get; set; }
}

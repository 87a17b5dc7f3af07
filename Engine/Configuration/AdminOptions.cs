// SPDX-License-Identifier: MIT
namespace LbEngine.Configuration;

/// <summary>Where a host offers its admin interface. The library opens none: what the interface can do are methods of <see cref="LoadBalancer"/>.</summary>
/// <remarks>The console program <c>lb</c> reads this when it starts; a reload does not move the interface.</remarks>
public sealed class AdminOptions
{
    /// <summary>A socket file such as <c>unix:/run/lb.sock</c>, or a loopback address and port such as <c>127.0.0.1:9900</c>. Default empty: the host chooses.</summary>
    public string Bind { get; set; } = "";

    /// <summary>A secret that every request must carry (<c>Authorization: Bearer</c>). Required with an address and port, which every user of the machine can reach; default empty: none.</summary>
    public string Token { get; set; } = "";
}

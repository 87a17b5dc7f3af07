// SPDX-License-Identifier: MIT
namespace LbEngine.ConsoleHost.Configuration;

/// <summary>Where <c>lb</c> offers its admin interface. Read when it starts; a reload does not move the interface.</summary>
internal sealed record AdminOptions
{
    /// <summary>
    /// A socket file such as <c>unix:/run/lb.sock</c>, or a loopback address and port such as <c>127.0.0.1:9900</c>. Empty: the default socket file.
    /// </summary>
    public string Bind { get; set; } = "";

    /// <summary>A secret that every request must carry. Required with an address and port, which every user of the machine can reach; empty: none.</summary>
    public string Token { get; set; } = "";
}

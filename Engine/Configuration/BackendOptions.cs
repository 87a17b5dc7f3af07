// SPDX-License-Identifier: MIT
namespace LbEngine.Configuration;

/// <summary>One server that takes traffic.</summary>
public sealed class BackendOptions
{
    /// <summary>Address and port, such as <c>10.0.0.1:80</c> or <c>[2001:db8::1]:80</c>, or host name and port, such as <c>db.internal:5432</c>.
    /// Required.</summary>
    /// <remarks>
    /// A host name stands for every address that it resolves to, now and later (see <see cref="BackendPoolOptions.Resolve"/>). Each of them becomes a
    /// backend of its own, with this
    /// weight and this limit, named after this one and its address: <c>a@10.0.0.1</c>. An address that joins is a new backend, one that leaves is drained.
    /// </remarks>
    public string Address { get; set; } = "";

    /// <summary>Share of the traffic, 0 to 65535. Default 1; 0 takes no new traffic.</summary>
    /// <remarks>A backend of weight 0 keeps the connections it has and the clients that affinity pins to it. All weights of a pool 0: nobody is
    /// served.</remarks>
    public int Weight { get; set; } = 1;

    /// <summary>Connections at once, 0 to 4194304. Default 0: no limit.</summary>
    /// <remarks>A full backend is passed over; when all of a pool are full, clients are rejected.</remarks>
    public int MaxConnections { get; set; }
}

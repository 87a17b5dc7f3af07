// SPDX-License-Identifier: MIT
namespace LbEngine.Configuration;

/// <summary>Short forms for building a pool in code.</summary>
public static class BackendPoolOptionsExtensions
{
    /// <summary>Adds a backend and returns the pool, so that calls can follow each other.</summary>
    /// <param name="pool">The pool.</param>
    /// <param name="name">A name that no other backend of the pool has.</param>
    /// <param name="address">Address or host name and port, such as <c>10.0.0.1:80</c> or <c>db.internal:5432</c>.</param>
    /// <param name="weight">Share of the traffic, 0 to 65535.</param>
    /// <exception cref="ArgumentException">The pool has a backend of that name.</exception>
    public static BackendPoolOptions AddBackend(this BackendPoolOptions pool, string name, string address, int weight = 1)
    {
        ArgumentNullException.ThrowIfNull(pool);
        pool.Backends.Add(name, new BackendOptions { Address = address, Weight = weight });
        return pool;
    }
}

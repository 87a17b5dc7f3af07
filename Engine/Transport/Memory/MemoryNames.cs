// SPDX-License-Identifier: MIT
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using LbEngine.Resolution;

namespace LbEngine.Testing;

/// <summary>The host names of a network in memory. Answers at once. Any thread.</summary>
internal sealed class MemoryNames : IHostResolver
{
    private readonly ConcurrentDictionary<string, IReadOnlyList<IPAddress>> _addresses = new(StringComparer.OrdinalIgnoreCase);

    public void Set(string name, IReadOnlyList<IPAddress> addresses) => _addresses[name] = addresses;

    public Task<IReadOnlyList<IPAddress>> ResolveAsync(HostName host) =>
        _addresses.TryGetValue(host.Name, out IReadOnlyList<IPAddress>? addresses) && addresses.Count > 0
            ? Task.FromResult(addresses)
            : Task.FromException<IReadOnlyList<IPAddress>>(new SocketException((int)SocketError.HostNotFound));
}

// SPDX-License-Identifier: MIT
using System.Net;

namespace LbEngine.Configuration.Schema;

/// <summary>Finds backends of one pool that are listeners of the same engine, for the protocols that reach the pool.</summary>
/// <remarks>TCP and UDP are apart: a backend on the address of a TCP listener is no loop for a pool that only UDP listeners use.</remarks>
internal sealed class LoopCheck(ListenerBindings bindings, IEnumerable<ListenerProtocol> protocols)
{
    private readonly ListenerProtocol[] _protocols = [.. protocols.Distinct().Order()];

    /// <summary>What to say of a backend that would send traffic round in a loop; null for all others.</summary>
    public string? Describe(IPEndPoint backend)
    {
        foreach (ListenerProtocol protocol in _protocols)
        {
            if (bindings.FindLoop(backend, protocol) is string listener)
            {
                string traffic = protocol == ListenerProtocol.Udp ? "datagrams" : "connections";
                return $"{backend} is listener {listener} of this engine: {traffic} would go round in a loop";
            }
        }

        return null;
    }
}

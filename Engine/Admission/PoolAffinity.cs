// SPDX-License-Identifier: MIT
using LbEngine.Connections;
using LbEngine.Tables;

namespace LbEngine.Admission;

/// <summary>The affinity rule of one pool: which part of an address counts, and the table of choices.</summary>
internal sealed record PoolAffinity(AffinityTable Table, int PrefixV4, int PrefixV6) : IAffinityHold
{
    public AddressKey Mask(AddressKey client) => client.Mask(PrefixV4, PrefixV6);

    public void Release(AddressKey client, long nowMilliseconds) => Table.Release(Mask(client), nowMilliseconds);

    public void Replace(AddressKey client, int failedBackendId, int backendId) => Table.Replace(Mask(client), failedBackendId, backendId, out _);
}

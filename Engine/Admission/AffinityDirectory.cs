// SPDX-License-Identifier: MIT
namespace LbEngine.Admission;

/// <summary>The affinity rules of pools, by the pool's number. One writer at a time; any thread finds.</summary>
internal sealed class AffinityDirectory
{
    private volatile PoolAffinity?[] _byPool = [];

    /// <summary>Null when the pool has no affinity.</summary>
    public PoolAffinity? Find(int poolId)
    {
        PoolAffinity?[] byPool = _byPool;
        return (uint)poolId < (uint)byPool.Length ? Volatile.Read(ref byPool[poolId]) : null;
    }

    /// <summary>Gives a pool a rule, or takes it away. Clients that were placed by an earlier one keep that one until they end. Writer only.</summary>
    public void Set(int poolId, PoolAffinity? affinity)
    {
        PoolAffinity?[] byPool = _byPool;
        if (poolId >= byPool.Length)
        {
            var grown = new PoolAffinity?[Math.Max(poolId + 1, 2 * byPool.Length)];
            byPool.CopyTo(grown, 0);
            _byPool = byPool = grown;
        }

        Volatile.Write(ref byPool[poolId], affinity);
    }
}

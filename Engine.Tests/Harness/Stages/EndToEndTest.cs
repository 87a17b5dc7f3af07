// SPDX-License-Identifier: MIT
using LbEngine.Tests.Harness.Host;
using LbEngine.Tests.Harness.Processes;
using LbEngine.Tests.Harness.Streams;

namespace LbEngine.Tests.Harness.Stages;

/// <summary>Base of every test with real sockets: gives it a stage, and fails when anything is left over afterwards.</summary>
[Collection(EndToEndGroup.Name)]
public abstract class EndToEndTest : IAsyncLifetime
{
    private static readonly Lazy<Task> WarmedUp = new(WarmUpAsync);

    private int _socketsBefore;
    private int _pipesBefore;

    private protected Stage Stage { get; } = new();

    async Task IAsyncLifetime.InitializeAsync()
    {
        await WarmedUp.Value;
        _socketsBefore = OpenDescriptors.CountSockets();
        _pipesBefore = OpenDescriptors.CountPipes();
    }

    async Task IAsyncLifetime.DisposeAsync()
    {
        await Stage.DisposeAsync();
        await Waiting.UntilAsync(
            () => OpenDescriptors.CountSockets() <= _socketsBefore,
            $"the process is back at {_socketsBefore} sockets",
            null,
            () => $"It has {OpenDescriptors.CountSockets()}.");
        await Waiting.UntilAsync(
            () => OpenDescriptors.CountPipes() <= _pipesBefore,
            $"the process is back at {_pipesBefore} pipes",
            null,
            () => $"It has {OpenDescriptors.CountPipes()}.");
    }

    /// <summary>
    /// Some steps of tests block a thread. On a small machine the portable transport, which lives on the same pool, would stand still
    /// behind them until the pool has grown, and a test would take its own standstill for the engine's.
    /// </summary>
    private const int PoolThreads = 32;

    /// <summary>The runtime opens descriptors of its own with the first asynchronous socket and the first child; let them not count as leaks.</summary>
    private static async Task WarmUpAsync()
    {
        ThreadPool.SetMinThreads(PoolThreads, PoolThreads);
        using var backend = new ScriptedBackend();
        using Peer client = await Peer.ConnectAsync(backend.EndPoint);
        using Peer server = await backend.AcceptAsync();
        await client.SendAsync(1);
        await server.ReceiveAsync(1);
        if (OperatingSystem.IsLinux())
        {
            using ChildProcess child = ChildProcess.Start("/bin/true");
            await Waiting.UntilAsync(() => child.HasExited, "the first child has ended");
        }
    }
}

// SPDX-License-Identifier: MIT
using LbEngine.Lifecycle;
using LbEngine.Testing;
using LbEngine.Tests.Transport.Memory;

namespace LbEngine.Tests.Forwarding;

/// <summary>What a flow does when the network says that its datagrams do not arrive.</summary>
public sealed class PathErrorTests
{
    public static TheoryData<string> Errors => ["refused", "prohibited", "unreachable"];

    [Theory]
    [MemberData(nameof(Errors))]
    public async Task FirstDatagram_DoesNotArrive_GoesToAnotherBackendAndCounts(string error)
    {
        await using DatagramStage stage = await DatagramStage.StartAsync(backends: 2);
        Break(stage.Backends[0], error);

        MemoryDatagramClient[] clients = [.. Enumerable.Range(0, 6).Select(i => stage.Ask($"{i}"))];

        Assert.All(clients, client => Assert.Equal(1, DatagramStage.BackendOf(client)));
        Assert.InRange(stage.Status.Pools[0].Backends[0].ConnectFailures, 1, 3);
        Assert.Empty(stage.Status.Dropped);
        Assert.Empty(stage.Status.Closed);
    }

    [Theory]
    [InlineData("refused", 1)]
    [InlineData("prohibited", 1)]
    [InlineData("unreachable", 3)]
    public async Task KeptClient_ItsBackendIsCutOff_LosesAFewAndIsServedElsewhere(string error, int lost)
    {
        await using DatagramStage stage = await DatagramStage.StartAsync(backends: 2);
        MemoryDatagramClient client = stage.Ask("before");
        int first = DatagramStage.BackendOf(client);
        Break(stage.Backends[first], error);

        for (int i = 0; i < 6; i++)
        {
            client.Send($"{i}");
        }

        Assert.Equal(1 + 6 - lost, client.Received.Count);
        Assert.Equal(1 - first, DatagramStage.BackendOf(client));
        Assert.Equal(lost, stage.Status.Dropped.Values.Sum());
        Assert.Equal(1, stage.Closed(error == "unreachable" ? CloseReason.ConnectFailed : CloseReason.BackendRefused));
        Assert.True(stage.Status.Pools[0].Backends[first].ConnectFailures >= lost);
    }

    [Theory]
    [MemberData(nameof(Errors))]
    public async Task OnlyBackend_IsCutOff_IsLeftOutUntilItReturns(string error)
    {
        await using DatagramStage stage = await DatagramStage.StartAsync(backends: 2, pool: pool => pool.ConnectAttempts = 1);
        Break(stage.Backends[0], error);
        for (int i = 0; i < 20; i++)
        {
            stage.Ask($"{i}");
        }

        Assert.True(stage.Status.Pools[0].Backends[0].IsEjected);
        Assert.InRange(stage.Status.Dropped.Values.Sum(), 1, 5);
    }

    private static void Break(MemoryDatagramBackend backend, string error) => _ = error switch
    {
        "refused" => backend.Refuse(),
        "prohibited" => backend.Prohibit(),
        _ => backend.Unreachable(),
    };
}

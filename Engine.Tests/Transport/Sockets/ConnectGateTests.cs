// SPDX-License-Identifier: MIT
using LbEngine.Transport.Sockets.Streams;

namespace LbEngine.Tests.Transport.Sockets;

public sealed class ConnectGateTests
{
    [Fact]
    public async Task Open_Twice_WaiterSeesTheFirst()
    {
        var gate = new ConnectGate();
        ValueTask<bool> waiting = gate.WaitAsync();

        gate.Open(true);
        gate.Open(false);

        Assert.True(await waiting);
    }

    [Fact]
    public async Task Reset_AfterOpeningWithoutAWaiter_HoldsTheNextBack()
    {
        var gate = new ConnectGate();
        gate.Open(true);

        gate.Reset();
        ValueTask<bool> waiting = gate.WaitAsync();
        bool wasOpen = waiting.IsCompleted;
        gate.Open(false);

        Assert.False(wasOpen);
        Assert.False(await waiting);
    }
}

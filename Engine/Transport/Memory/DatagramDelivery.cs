// SPDX-License-Identifier: MIT
namespace LbEngine.Testing;

/// <summary>A datagram on its way; it arrives when the <see cref="RunQueue"/> comes to it, so that datagrams keep their order.</summary>
internal sealed class DatagramDelivery(Action arrive) : IRunnable
{
    bool IRunnable.IsQueued { get; set; }

    public void Run() => arrive();
}

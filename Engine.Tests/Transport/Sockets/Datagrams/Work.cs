// SPDX-License-Identifier: MIT
using LbEngine.Transport.Sockets.Datagrams;

namespace LbEngine.Tests.Transport.Sockets.Datagrams;

/// <summary>Work made of an action, and of another for when it throws.</summary>
internal sealed class Work(Action run, Action? failed = null) : IOwnedWork
{
    public IOwnedWork? NextWork { get; set; }

    public void Run() => run();

    public void OnFailed() => failed?.Invoke();
}

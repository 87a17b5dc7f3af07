// SPDX-License-Identifier: MIT
namespace LbEngine.Transport.Sockets.Datagrams;

/// <summary>Something that another thread wants to be done by the owner, once, and whose outcome it waits for.</summary>
internal sealed class OwnerErrand(Func<bool> action) : IOwnedWork
{
    private readonly TaskCompletionSource<bool> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IOwnedWork? NextWork { get; set; }

    /// <summary>What the action returned; false when it threw. Any thread.</summary>
    public Task<bool> Done => _done.Task;

    public void Run() => _done.TrySetResult(action());

    public void OnFailed() => _done.TrySetResult(false);
}

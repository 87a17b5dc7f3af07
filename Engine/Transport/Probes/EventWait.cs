// SPDX-License-Identifier: MIT
namespace LbEngine.Transport.Probes;

/// <summary>Waits for nothing but the time and a call: for probes that run elsewhere.</summary>
internal sealed class EventWait : ILoopWait
{
    private readonly ManualResetEventSlim _woken = new(false, spinCount: 0);

    public void Wait(int milliseconds)
    {
        _woken.Wait(milliseconds);
        _woken.Reset();
    }

    public void Wake() => _woken.Set();

    public void Dispose() => _woken.Dispose();
}

// SPDX-License-Identifier: MIT
namespace LbEngine.Transport.Probes;

/// <summary>How a <see cref="ThreadLoop"/> waits between two runs. One thread waits; only <see cref="Wake"/> is for any thread.</summary>
internal interface ILoopWait : IDisposable
{
    /// <summary>Waits up to a time (-1: for ever), or until <see cref="Wake"/>.</summary>
    void Wait(int milliseconds);

    /// <summary>Makes the present or next <see cref="Wait"/> return at once. Any thread.</summary>
    void Wake();
}

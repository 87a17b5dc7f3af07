// SPDX-License-Identifier: MIT
namespace LbEngine.Transport.Probes;

/// <summary>What makes health checks go on: calls one method again and again, when its time has come.</summary>
internal interface IProbeLoop : IDisposable
{
    /// <summary>Begins. Called once, before every other member.</summary>
    /// <param name="run">Does what is due and returns the milliseconds until more is, -1 for never. Called by one caller at a time.</param>
    void Start(Func<int> run);

    /// <summary>Something may be due earlier than the last run said. Any thread.</summary>
    void Wake();
}

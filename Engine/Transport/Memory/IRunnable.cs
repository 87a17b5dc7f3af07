// SPDX-License-Identifier: MIT
namespace LbEngine.Testing;

/// <summary>Something that has work to do in a <see cref="RunQueue"/>.</summary>
internal interface IRunnable
{
    /// <summary>True while it waits in the queue; written by the queue alone.</summary>
    bool IsQueued { get; set; }

    /// <summary>Does what there is to do now, and queues whoever has more to do because of it.</summary>
    void Run();
}

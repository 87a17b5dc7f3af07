// SPDX-License-Identifier: MIT
namespace LbEngine.ConsoleHost.Shells;

/// <summary>What a shell can offer for a value.</summary>
internal enum ShellValueKind
{
    /// <summary>Nothing: a number, a time, an address.</summary>
    Free,

    File,

    /// <summary>One of a few words.</summary>
    Word,

    /// <summary>A backend of the running balancer.</summary>
    Backend,

    /// <summary>A file, or a backend of the running balancer.</summary>
    FileOrBackend,
}

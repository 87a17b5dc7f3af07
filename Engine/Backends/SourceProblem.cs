// SPDX-License-Identifier: MIT
namespace LbEngine.Backends;

/// <summary>Why a backend could not be connected to from one source address. Never the backend's fault.</summary>
internal enum SourceProblem : byte
{
    None,

    /// <summary>Every port of it is taken towards this backend.</summary>
    NoPort,

    /// <summary>This host has no such address.</summary>
    NotHere,

    /// <summary>There is no way from it to the backend: it is a loopback address, and the backend elsewhere.</summary>
    NoWay,

    /// <summary>The process may not use an address that is not this host's.</summary>
    NotAllowed,
}

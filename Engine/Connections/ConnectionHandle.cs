// SPDX-License-Identifier: MIT
namespace LbEngine.Connections;

/// <summary>Names one entry of the <see cref="ConnectionTable"/> for as long as it lives; a reused slot has another generation.</summary>
internal readonly record struct ConnectionHandle(int Slot, uint Generation);

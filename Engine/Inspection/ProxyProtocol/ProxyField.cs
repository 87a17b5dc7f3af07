// SPDX-License-Identifier: MIT
namespace LbEngine.Inspection.ProxyProtocol;

/// <summary>A field of a header of version 2, and where in the header its value is.</summary>
/// <param name="Type">What it is about (section 2.2).</param>
/// <param name="ValueAt">Bytes of the header before the value.</param>
/// <param name="Length">Bytes of the value.</param>
internal readonly record struct ProxyField(byte Type, int ValueAt, int Length);

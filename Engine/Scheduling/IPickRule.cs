// SPDX-License-Identifier: MIT
namespace LbEngine.Scheduling;

/// <summary>Says which backends a walk may stop at. Implemented by small structs, so that the compiler makes one walk per rule without a call.</summary>
internal interface IPickRule
{
    /// <summary>True when the backend at <paramref name="index"/> may be picked now. Only asked for backends that are usable and have a weight.</summary>
    bool Allows(int index);
}

// SPDX-License-Identifier: MIT
using System.Text.Json.Serialization;

namespace LbEngine.Configuration;

/// <summary>What happens when a listener is to be bound to an address that this host has not got.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MissingAddressBehaviour>))]
public enum MissingAddressBehaviour
{
    /// <summary>The start, or the reload, is refused: as a rule the address is a mistake.</summary>
    Refuse,

    /// <summary>It is bound all the same, and takes clients once the address is here: VRRP brings it, or IPv6 has checked it for duplicates. Linux.</summary>
    Allow,
}

// SPDX-License-Identifier: MIT
namespace LbEngine.Admin;

/// <summary>Where a host has the configuration from that its engine goes by.</summary>
/// <param name="File">Path of the file.</param>
/// <param name="State">Whether the file still says what was loaded.</param>
public sealed record ConfigurationOrigin(string File, ConfigurationFileState State);

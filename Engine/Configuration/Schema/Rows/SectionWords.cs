// SPDX-License-Identifier: MIT
namespace LbEngine.Configuration.Schema.Rows;

/// <summary>What may be written in place of a section.</summary>
internal enum SectionWords
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary><c>off</c>: the section is left out as a whole.</summary>
    Off,

    /// <summary><c>off</c>, and <c>on</c> for the section with its defaults.</summary>
    OnAndOff,
}

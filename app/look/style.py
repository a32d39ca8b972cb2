"""The style sheet, written from the tokens. Widgets say their role; here it gets its looks."""

from __future__ import annotations

from string import Template
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.look.tokens import Tokens

_SHEET = Template("""
* { font-family: "$family"; font-size: ${size_text}px; color: $text; outline: none; }
QWidget#desk, QWidget#rooms { background: $ground; }
QToolTip { background: $lifted; color: $text; border: none; padding: 4px 8px; }

QLabel { background: transparent; }
QLabel[role="title"] { font-size: ${size_title}px; font-weight: 600; }
QLabel[role="head"] { font-size: ${size_head}px; font-weight: 600; }
QLabel[role="heading"] { font-size: ${size_small}px; font-weight: 600; color: $faint; }
QLabel[role="strong"] { font-weight: 500; }
QLabel[role="quiet"] { color: $quiet; }
QLabel[role="second"] { font-size: ${size_second}px; color: $quiet; }
QLabel[role="faint"] { font-size: ${size_second}px; color: $faint; }
QLabel[role="tiny"] { font-size: ${size_small}px; color: $quiet; }
QLabel[role="good"] { color: $good; }
QLabel[role="warn"] { color: $warn; }
QLabel[role="bad"] { color: $bad; }
QLabel[role="link"] { color: $accent; }

QFrame[role="panel"], QWidget[role="panel"] { background: $surface; border: none; }
QFrame[role="sheet"] { background: $surface; border: 1px solid $line; border-radius: 10px; }
QFrame[role="raised"] { background: $raised; border: none; border-radius: ${radius_row}px; }
QWidget[role="ground"] { background: $ground; }
QFrame[role="line"] { background: $line; border: none; max-height: 1px; min-height: 1px; }

QLineEdit { background: $surface; border: 2px solid transparent; border-radius: ${radius}px; padding: 0 10px; min-height: ${field}px;
  selection-background-color: $accent; selection-color: $on_accent; }
QLineEdit:focus { border-color: $accent; }
QFrame[role="sheet"] QLineEdit, QFrame[role="panel"] QLineEdit, QLineEdit[role="raised"] { background: $raised; }
QPlainTextEdit, QTextEdit { background: $surface; border: 2px solid transparent; border-radius: ${radius_row}px; padding: 8px 10px;
  selection-background-color: $accent; selection-color: $on_accent; }
QPlainTextEdit:focus, QTextEdit:focus { border-color: $accent; }
QFrame[role="sheet"] QPlainTextEdit, QFrame[role="panel"] QPlainTextEdit { background: $raised; }
QPlainTextEdit[role="raised"], QTextEdit[role="raised"] { background: $raised; }

QAbstractItemView { background: transparent; border: none; selection-background-color: $raised; selection-color: $text; }
QHeaderView { background: transparent; border: none; }
QHeaderView::section { background: transparent; color: $faint; border: none; padding: 6px 12px; font-size: ${size_second}px; }
QTableView { gridline-color: transparent; selection-background-color: transparent; }
QTableCornerButton::section { background: transparent; border: none; }

QScrollArea, QScrollArea > QWidget > QWidget { background: transparent; border: none; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar::handle:vertical { background: $line; border-radius: 3px; min-height: 32px; margin: 2px; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle:horizontal { background: $line; border-radius: 3px; min-width: 32px; margin: 2px; }
QScrollBar::handle:hover { background: $faint; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; border: none; background: none; }
QScrollBar::add-page, QScrollBar::sub-page { background: none; }

QComboBox { background: $raised; border: 2px solid transparent; border-radius: ${radius}px; padding: 0 10px; min-height: ${field}px; }
QComboBox:focus { border-color: $accent; }
QComboBox:disabled { color: $faint; }
QComboBox::drop-down { border: none; width: 24px; }
QComboBox QAbstractItemView { background: $lifted; border: none; padding: 4px; }
QCheckBox { spacing: 10px; background: transparent; }
QCheckBox::indicator { width: 16px; height: 16px; border-radius: 4px; border: 1px solid $faint; background: transparent; }
QCheckBox::indicator:checked { background: $accent; border-color: $accent; }
QRadioButton { spacing: 10px; background: transparent; }
QRadioButton::indicator { width: 14px; height: 14px; border-radius: 8px; border: 1px solid $faint; background: transparent; }
QRadioButton::indicator:checked { background: $accent; border: 1px solid $accent; }
QCheckBox:focus, QRadioButton:focus { color: $accent; }
QMenu { background: $lifted; border: none; padding: 4px; }
QMenu::item { padding: 6px 16px; border-radius: ${radius_tag}px; }
QMenu::item:selected { background: $accent; color: $on_accent; }
QSplitter::handle { background: transparent; }
""")


def style_sheet(tokens: Tokens, family: str) -> str:
    """The whole style sheet for a theme."""
    values = {name: getattr(tokens, name) for name in tokens.__slots__}
    return _SHEET.substitute(values, family=family, field=tokens.control - 4)
